/**
 * Several calls may stand for one run: those that repeat its key, the rounds that came of it, and the task that it is polled as. Whoever
 * executes for it marks it first, and whoever takes it back may only as long as it has no mark: so no record says "cancelled" of what was begun.
 */

import type { Approval } from '../adapters/approvals.js'
import type { Run } from '../adapters/runs.js'
import { callAdapter } from '../pipeline/adapter-call.js'
import type { Begun } from '../pipeline/context.js'
import type { Plane } from '../pipeline/plane.js'

const MARK = 'begun'

/** Marks the runs that others may end meanwhile. Gives the one that is over already, `null` when there is none. */
export async function markShared(
  plane: Plane,
  begun: Begun,
  { id: approvalId }: Approval,
): Promise<Run | null> {
  const { runs } = plane.config.adapters
  if (runs === undefined) return null
  const { workspaceId } = begun.context
  for (const id of sharedRuns(begun)) {
    const run = await callAdapter(plane, begun.correlationId, async () => {
      await runs.end({
        id,
        workspaceId,
        status: 'pending_approval',
        approvalId,
        errorCode: 'APPROVAL_PENDING',
        endedAt: new Date(),
        outcome: null,
        note: MARK,
        ifNote: null,
      })
      return (await runs.get({ workspaceId, id })) ?? null
    })
    if (run !== null && run.outcome !== null) return run
  }
  return null
}

function sharedRuns({ runId, resumes, round, input }: Begun): ReadonlySet<string> {
  const ids = [resumes === null ? undefined : runId, round?.place?.firstRunId, input.task?.taskId]
  return new Set(ids.filter((id) => id !== undefined))
}
