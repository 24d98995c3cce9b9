/** Step 10: what happened goes on record. It never refuses: the answer is already true, so a loss is told to `onError`. */

import type { Run, RunEnd } from '../adapters/runs.js'
import { tellAdapter } from './adapter-call.js'
import { auditFact } from './audit.js'
import type { Admitted, Begun } from './context.js'
import type { Answer } from './outcome.js'
import type { Plane } from './plane.js'
import { REPEATABLE } from './repeatable.js'
import { tellRun } from './run-news.js'

/** Gives the answer once it is on record. */
export async function endRun(plane: Plane, begun: Begun, answer: Answer): Promise<Answer> {
  const end = endOf(answer)
  const ends = waitsOn(answer) ? leftBy(begun, end) : endedBy(begun, end)
  // Side by side; none of them rejects.
  const stored = ends.map(([id, its]) => storeEnd(plane, begun, id, its))
  const run = { id: begun.runId, tool: begun.tool.name }
  const audited = auditEnd(plane, begun, 'tools/call', run, end)
  for (const one of stored) await one
  await audited
  const { task } = begun.input
  if (task !== null) await tellRun(plane, begun, 'run_changed', task.taskId)
  return answer
}

type End = Omit<RunEnd, 'id' | 'workspaceId' | 'endedAt'>

function endOf(answer: Answer): End {
  switch (answer.kind) {
    case 'ended': {
      const { outcome, approvalId, repeatable } = answer
      const end = { status: outcome.status, approvalId, errorCode: outcome.errorCode, outcome }
      return repeatable === true ? { ...end, note: REPEATABLE } : end
    }
    case 'pending':
      return pendingEnd(answer.approval.id)
    case 'task':
      return pendingEnd(answer.approval?.id ?? null)
    case 'asks':
      return answer.waitsFor === 'decision'
        ? pendingEnd(answer.approvalId)
        : { status: 'input_required', approvalId: answer.approvalId, errorCode: null, outcome: null }
    case 'parked': {
      const { approvalId, note } = answer
      return { status: 'input_required', approvalId, errorCode: null, outcome: null, note }
    }
  }
}

function pendingEnd(approvalId: string | null): End {
  return { status: 'pending_approval', approvalId, errorCode: 'APPROVAL_PENDING', outcome: null }
}

/**
 * The runs that end with this one: itself, the one that asked in the first round, and the one that the caller polls as a task; whoever
 * repeats that call, or polls that task, gets the outcome. Only the polled one keeps the note of where it stands.
 */
function endedBy({ runId, round, input }: Begun, end: End): readonly (readonly [string, End])[] {
  // As nearly all calls are: asked once, answered once.
  if (round === null && input.task === null) return [[runId, end]]
  const { note, ...plain } = end
  const isOver = end.outcome !== null
  const polled = input.task?.taskId ?? runId
  const others = end.outcome === null ? [] : [round?.place?.firstRunId]
  const ids = new Set([runId, polled, ...others].filter((id) => id !== undefined))
  return [...ids].map((id) => [id, (isOver || id === polled) && note !== undefined ? end : plain] as const)
}

/** Whether nothing came of it: the approval is as it was, and who else waits for it goes on. */
function waitsOn(answer: Answer): boolean {
  return answer.kind === 'ended'
    ? answer.gaveUp === true
    : answer.kind === 'pending' || answer.kind === 'task'
}

/**
 * Ends what is this call's alone, and the task that it carried on unless somebody else has begun that. What it resumed stays as it is, and so
 * does a task when a service is down: its approval is as good as before, and the next poll tries again.
 */
function leftBy(begun: Begun, end: End): readonly (readonly [string, End])[] {
  const { runId, resumes, input } = begun
  const taskId = input.task?.taskId
  const own =
    resumes === null ? [[runId, mayRepeat(begun, end) ? pendingEnd(end.approvalId) : end] as const] : []
  return taskId === undefined || taskId === runId || end.errorCode === 'UNAVAILABLE'
    ? own
    : [...own, [taskId, { ...end, ifNote: null }]]
}

/** Whether the run stays open for whoever repeats the call with its key: it failed before its approval was used, so that is still good. */
function mayRepeat({ input, round }: Begun, { approvalId, outcome, errorCode }: End): boolean {
  const keyed = round === null && input.idempotencyKey !== null && input.task?.isGiven() !== true
  return keyed && outcome !== null && approvalId !== null && errorCode !== 'CANCELLED'
}

export function auditEnd(
  plane: Plane,
  admitted: Admitted,
  operation: string,
  { id: runId, tool }: Pick<Run, 'id' | 'tool'>,
  { status: outcome, approvalId, errorCode }: Pick<End, 'status' | 'approvalId' | 'errorCode'>,
): Promise<void> {
  return auditFact(plane, admitted, {
    type: 'run.ended',
    operation,
    tool,
    runId,
    outcome,
    ...(approvalId === null ? {} : { approvalId }),
    ...(errorCode === null ? {} : { code: errorCode }),
  })
}

export function storeEnd(
  plane: Plane,
  { context, correlationId }: Admitted,
  id: string,
  end: End,
): Promise<void> {
  const { runs } = plane.config.adapters
  if (runs === undefined) return Promise.resolve()
  const { workspaceId } = context
  return tellAdapter(plane, correlationId, () => runs.end({ id, workspaceId, endedAt: new Date(), ...end }))
}
