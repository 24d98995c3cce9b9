/** A person's decision about an approval: the host's side, which the library never calls. */

import type { Approval } from '../adapters/approvals.js'
import type { AuditEvent } from '../adapters/audit.js'

export interface Decision {
  readonly id: string
  readonly decision: 'approve' | 'deny'
  /** Who decides: a member id, or the name of an operator. */
  readonly decidedBy: string
  readonly reason?: string
}

export type DecisionResult =
  | { readonly status: 'decided'; readonly approval: Approval }
  | { readonly status: 'not_found' }
  /** Decided before, or expired: `approval.state` says which. */
  | { readonly status: 'not_pending'; readonly approval: Approval }
  /** Four eyes: the requester cannot decide an `operator` approval. */
  | { readonly status: 'own_request'; readonly approval: Approval }

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
