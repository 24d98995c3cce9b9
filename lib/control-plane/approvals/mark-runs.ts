/**
 * Several calls may stand for one run: those that repeat its key, the rounds that came of it, and the task that it is polled as. Whoever
 * executes for it marks it first, and whoever takes it back may only as long as it has no mark: so no record says "cancelled" of what was begun.
 */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunEnd, RunOutcome } from '../../adapters/runs.js'
import type { Begun } from '../request/call-stages.js'
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
      await runs.end({ ...waitingEnd({ id, workspaceId, approvalId }), note: MARK })
      return (await runs.get({ workspaceId, id })) ?? null
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
  const end = { workspaceId, status, approvalId, errorCode, endedAt, outcome, ifNote: null }
  for (const id of sharedRuns(begun)) {
    const run = await callAdapter(runtime, begun.context.correlationId, async () => {
      await runs.end({ ...end, id })
      return (await runs.get({ workspaceId, id })) ?? null
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
    runs.end(waitingEnd({ id, workspaceId, approvalId })),
  )
}

function waitingEnd(run: Pick<RunEnd, 'id' | 'workspaceId' | 'approvalId'>): RunEnd {
  return {
    ...run,
    status: 'pending_approval',
    errorCode: 'APPROVAL_PENDING',
    endedAt: new Date(),
    outcome: null,
    ifNote: null,
  }
}

function sharedRuns({ run, round, input }: Begun): ReadonlySet<string> {
  const ids = [run.resumes === null ? undefined : run.id, round?.resumePoint?.firstRunId, input.task?.taskId]
  return new Set(ids.filter((id) => id !== undefined))
}
