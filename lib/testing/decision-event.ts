/** The audit event of a decision. */

import type { Approval } from '../adapters/approvals.js'
import type { AuditEvent } from '../adapters/audit.js'

export function decisionEvent(approval: Approval, at: Date): AuditEvent {
  const { id, workspaceId, memberId, credentialId, tool, argumentsDigest, state, decidedBy } = approval
  return {
    id: `evt_decision_${id}`,
    at,
    type: 'approval.decided',
    workspaceId,
    memberId,
    credentialId,
    face: 'mcp',
    era: null,
    client: null,
    correlationId: id,
    approvalId: id,
    tool,
    argumentsDigest,
    outcome: state,
    ...(decidedBy === null ? {} : { decidedBy }),
  }
}
