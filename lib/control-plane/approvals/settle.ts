/** Ends the execution of an approval. */

import type { RunOutcome } from '../../adapters/runs.js'
import type { Approved } from '../request/stages.js'
import { tellAdapter } from '../runtime/adapter-call.js'
import type { Plane } from '../runtime/runtime.js'
import { tellApprovalChanged } from './watch.js'

/** Keeps the outcome of an approved call, so that the same call repeated gets it. */
export async function settleApproval(
  plane: Plane,
  approved: Pick<Approved, 'approvalId' | 'consumedBy' | 'correlationId' | 'context'>,
  outcome: RunOutcome,
): Promise<void> {
  const { approvalId: id, consumedBy: runId, correlationId } = approved
  if (id === null || runId === null) return
  const { approvals } = plane.config.adapters
  await tellAdapter(plane, correlationId, () => approvals.settle({ id, runId, outcome }))
  const { workspaceId, member } = approved.context
  await tellApprovalChanged(plane, correlationId, { id, workspaceId, memberId: member.id })
}
