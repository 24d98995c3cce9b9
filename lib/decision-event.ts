/** What a decision leaves in the audit trail. */

import type { Approval } from './adapters/approvals.js'
import type { AuditEvent } from './adapters/audit.js'

export function decisionEvent(approval: Approval, at: Date): AuditEvent {
  const { id, workspaceId, memberId, credentialId, tool, argumentsDigest, state, decidedBy, channel } =
    approval
  return {
    id: `evt_decision_${id}`,
    at,
    type: 'approval.decided',
    workspaceId,
    memberId,
    credentialId,
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
