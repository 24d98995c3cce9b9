/** Takes a task back. What already runs is asked to stop, and says itself how it ended. MCP tasks extension, Task Cancellation. */

import { readApproval } from '../approvals/changes.js'
import { callAdapter } from '../pipeline/adapter-call.js'
import { claimRun } from '../pipeline/begin-run.js'
import type { Admitted, Resumed } from '../pipeline/context.js'
import { endRun, settleApproval } from '../pipeline/end-run.js'
import { ended } from '../pipeline/outcome.js'
import type { Plane } from '../pipeline/plane.js'
import { openNote } from '../pipeline/task-notes.js'
import { end } from './advance.js'
import { resumedUnderApproval, resumedWithNote } from './continue.js'
import type { FoundTask } from './find.js'

export async function cancel(plane: Plane, admitted: Admitted, found: FoundTask): Promise<void> {
  const { run } = found
  if (run.status === 'running') return askToStop(plane, admitted, run.id)
  if (run.status !== 'pending_approval' && run.status !== 'input_required') return
  const resumed = await waitingCall(plane, admitted, found)
  if (resumed === null) return void (await end(plane, admitted, run, null, ended(run.id, 'CANCELLED')))
  // Whoever carries it on claims the same key, so the record cannot say "cancelled" of what somebody else began.
  const claim = await claimRun(plane, found.runs, resumed)
  if ('earlier' in claim) return askToStop(plane, admitted, run.id)
  const outcome = ended(claim.runId, 'CANCELLED')
  const { approvalId, consumedBy } = resumed.round?.place ?? { approvalId: null, consumedBy: null }
  await settleApproval(
    plane,
    { ...claim, approvalId, consumedBy, answered: { answers: null, state: null } },
    outcome,
  )
  const answer = { kind: 'ended', runId: claim.runId, approvalId, outcome, replayed: false } as const
  // A repeat of the call may have begun it under the same approval: then the task ends with that.
  await endRun(plane, claim, run.status === 'pending_approval' ? { ...answer, gaveUp: true } : answer)
}

/** What would be carried on, or `null` when there is nothing left to do so with. */
async function waitingCall(plane: Plane, admitted: Admitted, found: FoundTask): Promise<Resumed | null> {
  const { run } = found
  if (run.status === 'input_required') {
    const note = await openNote(plane, run)
    return note === null ? null : resumedWithNote(plane, admitted, found, note)
  }
  const approval =
    run.approvalId === null ? null : await readApproval(plane, admitted.correlationId, run.approvalId)
  return approval === null ? null : resumedUnderApproval(plane, admitted, found, approval)
}

async function askToStop(plane: Plane, { context, correlationId }: Admitted, runId: string): Promise<void> {
  const { workspaceId, member } = context
  await callAdapter(plane, correlationId, () =>
    plane.hub.publish({ type: 'run_cancelled', workspaceId, memberId: member.id, runId }),
  )
}
