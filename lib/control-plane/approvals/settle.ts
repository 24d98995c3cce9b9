/** Ends the execution of an approval. */

import type { MemberContext } from '../../adapters/principal.js'
import type { RunOutcome } from '../../adapters/runs.js'
import type { Grant } from '../request/call-stages.js'
import { notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { approvalStore } from './store.js'
import { publishApprovalChanged } from './watch.js'

/** Keeps the outcome of an approved call, so that the same call repeated gets it. */
export async function settleApproval(
  runtime: Runtime,
  context: MemberContext,
  { approvalId: id, consumedBy: runId }: Grant,
  outcome: RunOutcome,
): Promise<void> {
  if (id === null || runId === null) return
  const { correlationId, workspaceId, member } = context
  await notifyAdapter(runtime, correlationId, () => approvalStore(runtime).settle({ id, runId, outcome }))
  await publishApprovalChanged(runtime, correlationId, { id, workspaceId, memberId: member.id })
}
