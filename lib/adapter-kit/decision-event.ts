/** For stores of approvals: checks who decides, and makes the audit event of a decision. */

import type { Approval, Decision } from '../adapters/approvals.js'
import type { AuditEvent } from '../adapters/audit.js'

/**
 * Throws a TypeError if `decision` is not `approve` or `deny`, or if `decidedBy` is not a string, empty or blank. The library does not use an operator approval without it. Call it before
 * your store changes anything.
 *
 * @example
 * async function decide(decision: Decision): Promise<DecisionResult> {
 *   assertDecider(decision)
 *   return store.decide(storableDecision(decision))
 * }
 */
export function assertDecider({ decision, decidedBy }: Decision): void {
  assertDecision(decision)
  if (typeof decidedBy !== 'string' || decidedBy.trim() === '')
    throw new TypeError(
      'a decision needs decidedBy: the id of the member or the name of the operator who decides',
    )
}

/** Throws a TypeError for another word. A store could read it as a denial. */
export function assertDecision(decision: unknown): void {
  if (decision !== 'approve' && decision !== 'deny')
    throw new TypeError("a decision needs decision: 'approve' or 'deny'")
}

/**
 * Makes the audit event `approval.decided`. `approval` is the approval after the decision, with `decidedBy`, `channel` and the new state; `at` is the
 * time of the decision. If you can, append the event in the same transaction as the decision. Its id is made from the id of the approval, so a second
 * attempt makes the same id.
 *
 * @example
 * await stores.audit.append([decisionEvent(approval, approval.decidedAt ?? new Date())])
 */
export function decisionEvent(approval: Approval, at: Date): AuditEvent {
  const { id, workspaceId, memberId, credentialId, credentialKind, tool, argumentsDigest } = approval
  const { state, decidedBy, channel } = approval
  return {
    id: `evt_decision_${id}`,
    at,
    type: 'approval.decided',
    workspaceId,
    memberId,
    credentialId,
    // A host's own store may have approvals from a version that did not store kinds.
    credentialKind: credentialKind ?? null,
    face: null,
    era: null,
    client: null,
    correlationId: id,
    approvalId: id,
    tool,
    argumentsDigest,
    outcome: state,
    ...(decidedBy === null ? {} : { decidedBy }),
    ...(channel === null ? {} : { channel }),
  }
}
