/** Ends the execution of an approval. */

import type { RunOutcome } from '../../adapters/runs.js'
import type { Approved } from '../request/stages.js'
import { notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { publishApprovalChanged } from './watch.js'

/** Keeps the outcome of an approved call, so that the same call repeated gets it. */
export async function settleApproval(
  runtime: Runtime,
  approved: Pick<Approved, 'approvalId' | 'consumedBy' | 'correlationId' | 'context'>,
  outcome: RunOutcome,
): Promise<void> {
  const { approvalId: id, consumedBy: runId, correlationId } = approved
  if (id === null || runId === null) return
  const { approvals } = runtime.config.adapters
  await notifyAdapter(runtime, correlationId, () => approvals.settle({ id, runId, outcome }))
  const { workspaceId, member } = approved.context
  await publishApprovalChanged(runtime, correlationId, { id, workspaceId, memberId: member.id })
}
