/**
 * Marks runs that several calls share: calls that repeat one idempotency key, later requests of one call, and its task. A call that executes
 * marks these runs first. A call that ends them without an execution can do so only while they have no mark. So no run is recorded as cancelled
 * after its execution has begun.
 */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunOutcome, RunUpdate } from '../../adapters/runs.js'
import type { Begun } from '../request/call-stages.js'
import { knownRun } from '../request/stored-records.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

const MARK = 'begun'

/** Marks the shared runs as begun. Gives the first run that has ended before; `null` if there is none. */
export async function markRunsStarted(
  runtime: Runtime,
  begun: Begun,
  { id: approvalId }: Approval,
): Promise<Run | null> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) return null
  const { workspaceId } = begun.context
  for (const id of sharedRuns(begun)) {
    const run = await callAdapter(runtime, begun.context.correlationId, async () => {
      const marked = await runs.update({ ...waiting({ id, workspaceId, approvalId }), checkpoint: MARK })
      return marked ? null : knownRun(await runs.get({ workspaceId, id }))
    })
    if (run !== null && run.outcome !== null) return run
  }
  return null
}

/** Ends the shared runs without an execution. Gives the first run that another call has begun or has ended otherwise; `null` if there is none. */
export async function endSharedRuns(
  runtime: Runtime,
  begun: Begun,
  { id: approvalId }: Approval,
  outcome: RunOutcome,
): Promise<Run | null> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) return null
  const { workspaceId } = begun.context
  const { status, errorCode, endedAt } = outcome
  const end = { workspaceId, status, approvalId, errorCode, endedAt, outcome, ifCheckpoint: null }
  for (const id of sharedRuns(begun)) {
    const run = await callAdapter(runtime, begun.context.correlationId, async () => {
      await runs.end({ ...end, id })
      return knownRun(await runs.get({ workspaceId, id }))
    })
    if (run !== null && (run.outcome?.status !== status || run.outcome.errorCode !== errorCode)) return run
  }
  return null
}

/** Makes a waiting run wait for another approval. A run that another call has begun does not change. */
export async function pointRunTo(
  runtime: Runtime,
  { context, run: { id } }: Pick<Begun, 'context' | 'run'>,
  { id: approvalId }: Approval,
): Promise<void> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) return
  const { workspaceId } = context
  await callAdapter(runtime, context.correlationId, () =>
    runs.update(waiting({ id, workspaceId, approvalId })),
  )
}

function waiting(run: Pick<RunUpdate, 'id' | 'workspaceId' | 'approvalId'>): RunUpdate {
  return {
    ...run,
    status: 'pending_approval',
    errorCode: 'APPROVAL_PENDING',
    endedAt: new Date(),
    ifCheckpoint: null,
  }
}

function sharedRuns({ run, round, input }: Begun): ReadonlySet<string> {
  const ids = [run.resumes === null ? undefined : run.id, round?.resumePoint?.firstRunId, input.task?.taskId]
  return new Set(ids.filter((id) => id !== undefined))
}
