/** Step 10: what happened goes on record. It never refuses: the answer is already true, so a loss is told to `onError`. */

import type { Run, RunEnd } from '../../adapters/runs.js'
import { auditFact } from '../request/audit.js'
import type { RunAnswer } from '../request/call-outcome.js'
import type { Begun } from '../request/call-stages.js'
import { REPEATABLE } from '../request/repeatable.js'
import { publishRunEvent } from '../request/run-events.js'
import type { Admitted } from '../request/stages.js'
import { notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/** Gives the answer once it is on record. */
export async function endRun(runtime: Runtime, begun: Begun, answer: RunAnswer): Promise<RunAnswer> {
  const end = endOf(answer)
  const ends = waitsOn(answer) ? leftBy(begun, end) : endedBy(begun, end, remembers(begun, end))
  // Side by side; none of them rejects.
  const stored = ends.map(([id, its]) => storeEnd(runtime, begun.admitted, id, its))
  const run = { id: begun.run.id, tool: begun.tool.name }
  const audited = auditEnd(runtime, begun.admitted, 'tools/call', run, end)
  for (const one of stored) await one
  await audited
  if (ends.length > 0 && end.outcome !== null)
    await auditOthers(runtime, begun, { ends, end, sure: !waitsOn(answer) })
  const { task } = begun.input
  if (task !== null) await publishRunEvent(runtime, begun.admitted, 'run_changed', task.taskId)
  return answer
}

/** The runs of earlier rounds, and the one that is polled as a task, end with this one: each with an end of its own on record. */
async function auditOthers(
  runtime: Runtime,
  begun: Begun,
  {
    ends,
    end,
    sure,
  }: {
    readonly ends: readonly (readonly [string, End])[]
    readonly end: End
    /** Not: somebody else may have gone on with it, and then it has not ended. */
    readonly sure: boolean
  },
): Promise<void> {
  for (const [id] of ends)
    if (id !== begun.run.id && (sure || (await hasEndedSo(runtime, begun, id, end))))
      await auditEnd(runtime, begun.admitted, 'tools/call', { id, tool: begun.tool.name }, end)
}

async function hasEndedSo(
  runtime: Runtime,
  { context }: Begun,
  id: string,
  { outcome }: End,
): Promise<boolean> {
  const { runs } = runtime.config.adapters
  let run: Run | null | undefined
  await notifyAdapter(runtime, context.correlationId, async () => {
    run = await runs?.get({ workspaceId: context.workspaceId, id })
  })
  return run?.outcome?.runId !== undefined && run.outcome.runId === outcome?.runId
}

type End = Omit<RunEnd, 'id' | 'workspaceId' | 'endedAt'>

function endOf(answer: RunAnswer): End {
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
    case 'input_required':
      return answer.awaiting === 'decision'
        ? pendingEnd(answer.approvalId)
        : { status: 'input_required', approvalId: answer.approvalId, errorCode: null, outcome: null }
    case 'suspended': {
      const { approvalId, note } = answer
      return { status: 'input_required', approvalId, errorCode: null, outcome: null, note }
    }
  }
}

function pendingEnd(approvalId: string | null): End {
  return { status: 'pending_approval', approvalId, errorCode: 'APPROVAL_PENDING', outcome: null }
}

/**
 * Whether somebody may ask again for what this call answered: the caller has an idempotency key, polls a task or comes back with a round, or
 * the call is under an approval, which answers repeats. Of all other calls nobody needs more than how they ended.
 */
function remembers({ input, round }: Begun, { outcome, approvalId }: End): boolean {
  if (outcome === null || outcome.result === null) return true
  return (
    input.idempotencyKey !== null || approvalId !== null || round !== null || input.task?.isGiven() === true
  )
}

/** What an outcome is without the answer: the data that a tool read is kept nowhere else than where it belongs. */
function withoutResult(end: End): End {
  return end.outcome === null ? end : { ...end, outcome: { ...end.outcome, result: null } }
}

/**
 * The runs that end with this one: itself, the one that asked in the first round, and the one that the caller polls as a task; whoever
 * repeats that call, or polls that task, gets the outcome. Only the polled one keeps the note of where it stands.
 */
function endedBy(
  { run: { id: runId }, round, input }: Begun,
  end: End,
  remembered: boolean,
): readonly (readonly [string, End])[] {
  const kept = remembered ? end : withoutResult(end)
  // As nearly all calls are: asked once, answered once.
  if (round === null && input.task === null) return [[runId, kept]]
  const { note, ...plain } = kept
  const isOver = end.outcome !== null
  const polled = input.task?.taskId ?? runId
  const others = end.outcome === null ? [] : [round?.resumePoint?.firstRunId]
  const ids = new Set([runId, polled, ...others].filter((id) => id !== undefined))
  return [...ids].map((id) => {
    if ((isOver || id === polled) && note !== undefined) return [id, kept]
    // The first round's own run answers repeats by the caller's key and by the approval, and nobody else.
    const mayBeAsked =
      id === runId || id === polled || input.idempotencyKey !== null || end.approvalId !== null
    return [id, mayBeAsked ? plain : withoutResult(plain)]
  })
}

/** Whether nothing came of it: the approval is as it was, and who else waits for it goes on. */
function waitsOn(answer: RunAnswer): boolean {
  return answer.kind === 'ended'
    ? answer.abandoned === true
    : answer.kind === 'pending' || answer.kind === 'task'
}

/**
 * Ends what is this call's alone, and the task that it carried on unless somebody else has begun that. What it resumed stays as it is, and so
 * does a task when a service is down: its approval is as good as before, and the next poll tries again.
 */
function leftBy(begun: Begun, end: End): readonly (readonly [string, End])[] {
  const { run, input } = begun
  const { id: runId, resumes } = run
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
  runtime: Runtime,
  admitted: Admitted,
  operation: string,
  { id: runId, tool }: Pick<Run, 'id' | 'tool'>,
  { status: outcome, approvalId, errorCode }: Pick<End, 'status' | 'approvalId' | 'errorCode'>,
): Promise<void> {
  return auditFact(runtime, admitted, {
    type: 'run.ended',
    operation,
    tool,
    runId,
    outcome,
    ...(approvalId === null ? {} : { approvalId }),
    ...(errorCode === null ? {} : { code: errorCode }),
  })
}

export function storeEnd(runtime: Runtime, { context }: Admitted, id: string, end: End): Promise<void> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) return Promise.resolve()
  const { workspaceId } = context
  return notifyAdapter(runtime, context.correlationId, () =>
    runs.end({ id, workspaceId, endedAt: new Date(), ...end }),
  )
}
