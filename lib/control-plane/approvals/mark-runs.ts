/**
 * Several calls may stand for one run: those that repeat its key, the rounds that came of it, and the task that it is polled as. A call that
 * executes for it marks it first, and a call that ends it unused may do so only while it has no mark: no record says "cancelled" of what was begun.
 */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunOutcome, RunUpdate } from '../../adapters/runs.js'
import type { Begun } from '../request/call-stages.js'
import { knownRun } from '../request/stored-records.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

const MARK = 'begun'

/** Marks the runs that others may end meanwhile. Gives the one that is over already, `null` when there is none. */
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

/** Ends the runs that others may begin meanwhile. Gives the one that somebody has begun, or that is over otherwise; `null` when there is none. */
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

/** A run that waited for one approval waits for another from now on. One that somebody has begun stays as it is. */
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
