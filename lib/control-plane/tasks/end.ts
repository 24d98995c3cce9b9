/** Ends a task: its run is over, and whoever polls it is told how. */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunOutcome } from '../../adapters/runs.js'
import { auditEnd, storeChange } from '../calls/end-run.js'
import { publishRunEvent } from '../request/run-events.js'
import type { Admitted } from '../request/stages.js'
import { readRun } from '../request/stored-records.js'
import type { Runtime } from '../runtime/runtime.js'
import type { FoundTask } from './find.js'
import { endedView, type TaskView, workingView } from './task-view.js'

/** Puts on record what became of it: the run of a task ends with the work that was done for it. */
export async function end(
  runtime: Runtime,
  admitted: Admitted,
  run: Run,
  approval: Approval | null,
  outcome: RunOutcome,
): Promise<TaskView> {
  const end = endOf(run, approval, outcome)
  await storeChange(runtime, admitted, run.id, end)
  return tellEnd(runtime, admitted, { run, approval, end })
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

async function tellEnd(
  runtime: Runtime,
  admitted: Admitted,
  { run, approval, end }: Ending,
): Promise<TaskView> {
  await auditEnd(runtime, admitted, 'tasks/get', run, end)
  await publishRunEvent(runtime, admitted, 'run_changed', run.id)
  return endedView(run, approval, end.outcome)
}

/**
 * Ends a task whose approval is not used: who carried it on stopped, or the rule of now is against it. That is the end of it, unless somebody
 * else has begun it by then.
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
    : tellEnd(runtime, admitted, { run: now, approval, end })
}
