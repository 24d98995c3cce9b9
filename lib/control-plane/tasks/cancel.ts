/** Cancels a task. MCP tasks extension, Task Cancellation. */

import { settleApproval } from '../approvals/settle.js'
import type { Claim } from '../calls/begin-run.js'
import { endRun } from '../calls/end-run.js'
import { openCheckpoint } from '../calls/task-checkpoint.js'
import { ended, endedAnswer } from '../request/call-outcome.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { claimUnderApproval, claimWithCheckpoint, recalled } from './continue.js'
import { end } from './end.js'
import { approvalOf, type FoundTask } from './find.js'

/** Ends a task that waits. A task that runs is asked to stop, and records itself how it ended. A task that has ended does not change. */
export async function cancel(runtime: Runtime, admitted: Admitted, found: FoundTask): Promise<void> {
  const { run } = found
  if (run.status === 'running') return askToStop(runtime, admitted, run.id)
  if (run.status !== 'pending_approval' && run.status !== 'input_required') return
  // A request that resumes the task claims the same key. So a task that another request has begun is not recorded as cancelled.
  const claim = await claimWaiting(runtime, admitted, found)
  if (claim === null) return void (await end(runtime, admitted, run, null, ended(run.id, 'CANCELLED')))
  if ('earlier' in claim) return askToStop(runtime, admitted, run.id)
  const outcome = ended(claim.run.id, 'CANCELLED')
  const { approvalId, consumedBy } = claim.round?.resumePoint ?? { approvalId: null, consumedBy: null }
  await settleApproval(runtime, claim.context, { approvalId, consumedBy }, outcome)
  const answer = endedAnswer(claim.run, approvalId, outcome)
  // A repeat of the call may have begun under the same approval. Then the task ends with the outcome of that run.
  await endRun(runtime, claim, run.status === 'pending_approval' ? { ...answer, abandoned: true } : answer)
}

/** Claims the run that would resume the task; `null` if the task can no longer be resumed. */
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
