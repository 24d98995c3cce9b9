/** Ends a task: its run is over, and whoever polls it is told how. */

import type { Approval } from '../adapters/approvals.js'
import type { Run, RunOutcome } from '../adapters/runs.js'
import type { Admitted } from '../pipeline/context.js'
import { auditEnd, storeEnd } from '../pipeline/end-run.js'
import type { Plane } from '../pipeline/plane.js'
import { tellRun } from '../pipeline/run-news.js'
import { over, type TaskView } from './views.js'

/** Puts on record what became of it: the run of a task ends with the work that was done for it. */
export async function end(
  plane: Plane,
  admitted: Admitted,
  run: Run,
  approval: Approval | null,
  outcome: RunOutcome,
): Promise<TaskView> {
  const end = endOf(run, approval, outcome)
  await storeEnd(plane, admitted, run.id, { ...end, note: null })
  return tellEnd(plane, admitted, { run, approval, end })
}

export function endOf(run: Run, approval: Approval | null, outcome: RunOutcome) {
  const { status, errorCode } = outcome
  return { status, errorCode, approvalId: approval?.id ?? run.approvalId, outcome }
}

interface Ending {
  readonly run: Run
  readonly approval: Approval | null
  readonly end: ReturnType<typeof endOf>
}

export async function tellEnd(
  plane: Plane,
  admitted: Admitted,
  { run, approval, end }: Ending,
): Promise<TaskView> {
  await auditEnd(plane, admitted, 'tasks/get', run, end)
  await tellRun(plane, admitted, 'run_changed', run.id)
  return over(run, approval, end.outcome)
}
