/** Ends a task: stores the outcome of its run, and informs the clients that poll it or listen for it. */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunOutcome } from '../../adapters/runs.js'
import { auditEnd, storeChange } from '../calls/end-run.js'
import { publishRunEvent } from '../request/run-events.js'
import type { Admitted } from '../request/stages.js'
import { readRun } from '../request/stored-records.js'
import type { Runtime } from '../runtime/runtime.js'
import type { FoundTask } from './find.js'
import { endedView, type TaskView, workingView } from './task-view.js'

/** Stores the outcome as the end of the task's run. */
export async function end(
  runtime: Runtime,
  admitted: Admitted,
  run: Run,
  approval: Approval | null,
  outcome: RunOutcome,
): Promise<TaskView> {
  const end = endOf(run, approval, outcome)
  await storeChange(runtime, admitted, run.id, end)
  return publishEnd(runtime, admitted, { run, approval, end })
}

function endOf(run: Run, approval: Approval | null, outcome: RunOutcome) {
  const { status, errorCode } = outcome
  return { status, errorCode, approvalId: approval?.id ?? run.approvalId, outcome }
}

interface Ending {
  readonly run: Run
  readonly approval: Approval | null
  readonly end: ReturnType<typeof endOf>
}

async function publishEnd(
  runtime: Runtime,
  admitted: Admitted,
  { run, approval, end }: Ending,
): Promise<TaskView> {
  await auditEnd(runtime, admitted, 'tasks/get', run, end)
  await publishRunEvent(runtime, admitted, 'run_changed', run.id)
  return endedView(run, approval, end.outcome)
}

/**
 * Ends a task whose approval was not used: the run that resumed it stopped, or the policy now objects. If another request has begun the task, the
 * task does not end here.
 */
export async function endUnlessBegun(
  runtime: Runtime,
  admitted: Admitted,
  { run }: FoundTask,
  approval: Approval,
  outcome: RunOutcome,
): Promise<TaskView> {
  const end = endOf(run, approval, outcome)
  await storeChange(runtime, admitted, run.id, { ...end, ifCheckpoint: null })
  const now = await readRun(runtime, admitted.context.correlationId, run)
  if (!now?.outcome) return workingView(run, approval)
  const another = now.outcome.status !== end.status || now.outcome.errorCode !== end.errorCode
  return another
    ? endedView(now, approval, now.outcome)
    : publishEnd(runtime, admitted, { run: now, approval, end })
}
