/** Settles an approval when the run that consumed it has ended. */

import type { MemberContext } from '../../adapters/principal.js'
import type { RunOutcome } from '../../adapters/runs.js'
import type { Grant } from '../request/call-stages.js'
import { notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { approvalStore } from './store.js'
import { publishApprovalChanged } from './watch.js'

/** Stores the outcome of an approved call, so that a repeat of the call gets it. Does nothing if no approval was consumed. Never rejects. */
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
