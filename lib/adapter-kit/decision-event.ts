/** What a decision needs, and what it leaves in the audit log. */

import type { Approval, Decision } from '../adapters/approvals.js'
import type { AuditEvent } from '../adapters/audit.js'

/**
 * Throws a TypeError for a decision by nobody, whose `decidedBy` is no text or blank: the library never uses an approval that nobody gave.
 * Call it before your store changes anything.
 *
 * @example
 * async function decide(decision: Decision): Promise<DecisionResult> {
 *   assertDecider(decision)
 *   // …
 * }
 */
export function assertDecider({ decidedBy }: Decision): void {
  if (typeof decidedBy !== 'string' || decidedBy.trim() === '')
    throw new TypeError(
      'a decision needs decidedBy: the id of the member or the name of the operator who decides',
    )
}

/**
 * The audit event `approval.decided` of an approval that has just been decided. `approval` is as the store keeps it now, with `decidedBy`, `channel`
 * and its new state; `at` is when it was decided. Append it in the transaction of the decision where you can. Its id follows from that of the
 * approval, so a second attempt makes the same event.
 *
 * @example
 * await audit.append([decisionEvent(approval, approval.decidedAt ?? new Date())])
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
    // A host's own store may hand out approvals of before kinds were kept.
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
