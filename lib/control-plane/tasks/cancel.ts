/** Takes a task back. What already runs is asked to stop, and says itself how it ended. MCP tasks extension, Task Cancellation. */

import { settleApproval } from '../approvals/settle.js'
import type { Claim } from '../calls/begin-run.js'
import { endRun } from '../calls/end-run.js'
import { openCheckpoint } from '../calls/task-checkpoint.js'
import { ended } from '../request/call-outcome.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { claimUnderApproval, claimWithCheckpoint, recalled } from './continue.js'
import { end } from './end.js'
import { approvalOf, type FoundTask } from './find.js'

export async function cancel(runtime: Runtime, admitted: Admitted, found: FoundTask): Promise<void> {
  const { run } = found
  if (run.status === 'running') return askToStop(runtime, admitted, run.id)
  if (run.status !== 'pending_approval' && run.status !== 'input_required') return
  // Whoever carries it on claims the same key, so the record cannot say "cancelled" of what somebody else began.
  const claim = await claimWaiting(runtime, admitted, found)
  if (claim === null) return void (await end(runtime, admitted, run, null, ended(run.id, 'CANCELLED')))
  if ('earlier' in claim) return askToStop(runtime, admitted, run.id)
  const outcome = ended(claim.run.id, 'CANCELLED')
  const { approvalId, consumedBy } = claim.round?.resumePoint ?? { approvalId: null, consumedBy: null }
  await settleApproval(runtime, claim.context, { approvalId, consumedBy }, outcome)
  const answer = { kind: 'ended', runId: claim.run.id, approvalId, outcome, replayed: false } as const
  // A repeat of the call may have begun it under the same approval: then the task ends with that.
  await endRun(runtime, claim, run.status === 'pending_approval' ? { ...answer, abandoned: true } : answer)
}

/** Takes what would be carried on; `null` when there is nothing left to do so with. */
async function claimWaiting(runtime: Runtime, admitted: Admitted, found: FoundTask): Promise<Claim | null> {
  const { run } = found
  if (run.status === 'input_required') {
    const checkpoint = await openCheckpoint(runtime, run)
    return checkpoint === null ? null : claimWithCheckpoint(runtime, admitted, found, checkpoint)
  }
  const approval = await approvalOf(runtime, admitted, run)
  const decided = approval === null ? null : await recalled(found, approval)
  return decided === null ? null : claimUnderApproval(runtime, admitted, found, decided)
}

async function askToStop(runtime: Runtime, { context }: Admitted, runId: string): Promise<void> {
  const { workspaceId, member, correlationId } = context
  await callAdapter(runtime, correlationId, () =>
    runtime.eventBus.publish({ type: 'run_cancelled', workspaceId, memberId: member.id, runId }),
  )
}
