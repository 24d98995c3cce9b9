/** What a decision needs, and what it leaves in the audit trail. */

import type { Approval, Decision } from '../adapters/approvals.js'
import type { AuditEvent } from '../adapters/audit.js'

/** Throws a TypeError for a decision by nobody: an approval that nobody gave would never be used. */
export function assertDecider({ decidedBy }: Decision): void {
  if (typeof decidedBy !== 'string' || decidedBy.trim() === '')
    throw new TypeError(
      'a decision needs decidedBy: the id of the member or the name of the operator who decides',
    )
}

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
