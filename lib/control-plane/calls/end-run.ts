/** Step 10: what happened goes on record. It never refuses: the answer is already true, so a loss is told to `onError`. */

import type { Run, RunEnd, RunUpdate } from '../../adapters/runs.js'
import { auditFact } from '../request/audit.js'
import type { RunAnswer } from '../request/call-outcome.js'
import type { Begun } from '../request/call-stages.js'
import { publishRunEvent } from '../request/run-events.js'
import type { Admitted } from '../request/stages.js'
import { readRun } from '../request/stored-records.js'
import { notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

type End = Omit<RunEnd, 'id' | 'workspaceId' | 'endedAt'>
type Update = Omit<RunUpdate, 'id' | 'workspaceId' | 'endedAt'>
type Change = End | Update

/** Gives the answer once it is on record. */
export async function endRun(runtime: Runtime, begun: Begun, answer: RunAnswer): Promise<RunAnswer> {
  const change = changeOf(answer)
  const changes = waitsOn(answer) ? leftBy(begun, change) : changedBy(begun, change)
  // Side by side; none of them rejects.
  const stored = changes.map(([id, its]) => storeChange(runtime, begun.admitted, id, its))
  const run = { id: begun.run.id, tool: begun.tool.name }
  const audited = auditEnd(runtime, begun.admitted, 'tools/call', run, change)
  for (const one of stored) await one
  await audited
  if (isEnd(change)) {
    const ids = changes.map(([id]) => id)
    await auditOthers(runtime, begun, { ids, end: change, sure: !waitsOn(answer) })
  }
  const { task } = begun.input
  if (task !== null) await publishRunEvent(runtime, begun.admitted, 'run_changed', task.taskId)
  return answer
}

function isEnd(change: Change): change is End {
  return 'outcome' in change
}

/** The runs of earlier rounds, and the one that is polled as a task, end with this one: each with an end of its own on record. */
async function auditOthers(
  runtime: Runtime,
  begun: Begun,
  {
    ids,
    end,
    sure,
  }: {
    readonly ids: readonly string[]
    readonly end: End
    /** Not: somebody else may have gone on with it, and then it has not ended. */
    readonly sure: boolean
  },
): Promise<void> {
  for (const id of ids)
    if (id !== begun.run.id && (sure || (await hasEndedSo(runtime, begun, id, end))))
      await auditEnd(runtime, begun.admitted, 'tools/call', { id, tool: begun.tool.name }, end)
}

async function hasEndedSo(
  runtime: Runtime,
  { context: { workspaceId, correlationId } }: Begun,
  id: string,
  { outcome }: End,
): Promise<boolean> {
  const run = await readRun(runtime, correlationId, { workspaceId, id }).catch(() => null)
  return run?.outcome?.runId === outcome.runId
}

function changeOf(answer: RunAnswer): Change {
  switch (answer.kind) {
    case 'ended': {
      const { outcome, approvalId } = answer
      return { status: outcome.status, approvalId, errorCode: outcome.errorCode, outcome }
    }
    case 'pending':
      return waitingForDecision(answer.approval.id)
    case 'task':
      return waitingForDecision(answer.approval?.id ?? null)
    case 'input_required':
      return answer.awaiting === 'decision'
        ? waitingForDecision(answer.approvalId)
        : { status: 'input_required', approvalId: answer.approvalId, errorCode: null }
    case 'suspended': {
      const { approvalId, checkpoint } = answer
      return { status: 'input_required', approvalId, errorCode: null, checkpoint }
    }
  }
}

function waitingForDecision(approvalId: string | null): Update {
  return { status: 'pending_approval', approvalId, errorCode: 'APPROVAL_PENDING' }
}

/**
 * Whether somebody may ask again for what this call answered: the caller has an idempotency key, polls a task or comes back with a round, or
 * the call is under an approval, which answers repeats. Of all other calls nobody needs more than how they ended.
 */
function remembers({ input, round }: Begun, { outcome, approvalId }: End): boolean {
  if (outcome.result === null) return true
  return (
    input.idempotencyKey !== null || approvalId !== null || round !== null || input.task?.isGiven() === true
  )
}

/** What an outcome is without the answer: the data that a tool read is kept nowhere else than where it belongs. */
function withoutResult(end: End): End {
  return { ...end, outcome: { ...end.outcome, result: null } }
}

type Changes = readonly (readonly [id: string, change: Change])[]

function changedBy(begun: Begun, change: Change): Changes {
  return isEnd(change) ? endedBy(begun, change) : updatedBy(begun, change)
}

/** The run itself waits, and so does the one that the caller polls as a task. Only the polled one keeps the checkpoint to go on from. */
function updatedBy({ run: { id: runId }, input }: Begun, update: Update): Changes {
  const polled = input.task?.taskId ?? runId
  const { checkpoint: _, ...plain } = update
  return polled === runId
    ? [[runId, update]]
    : [
        [runId, plain],
        [polled, update],
      ]
}

/**
 * The runs that end with this one: itself, the one that asked in the first round, and the one that the caller polls as a task; whoever
 * repeats that call, or polls that task, gets the outcome.
 */
function endedBy(begun: Begun, end: End): Changes {
  const {
    run: { id: runId },
    round,
    input,
  } = begun
  const kept = remembers(begun, end) ? end : withoutResult(end)
  // As nearly all calls are: asked once, answered once.
  if (round === null && input.task === null) return [[runId, kept]]
  const polled = input.task?.taskId ?? runId
  const ids = new Set([runId, polled, round?.resumePoint?.firstRunId].filter((id) => id !== undefined))
  return [...ids].map((id) => {
    // The first round's own run answers repeats by the caller's key and by the approval, and nobody else.
    const mayBeAsked =
      id === runId || id === polled || input.idempotencyKey !== null || end.approvalId !== null
    return [id, mayBeAsked ? kept : withoutResult(kept)]
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
function leftBy(begun: Begun, change: Change): Changes {
  const { run, input } = begun
  const { id: runId, resumes } = run
  const taskId = input.task?.taskId
  const own: Changes =
    resumes === null
      ? [[runId, mayRepeat(begun, change) ? waitingForDecision(change.approvalId) : change]]
      : []
  return taskId === undefined || taskId === runId || change.errorCode === 'UNAVAILABLE'
    ? own
    : [...own, [taskId, { ...change, ifCheckpoint: null }]]
}

/** Whether the run stays open for whoever repeats the call with its key: it failed before its approval was used, so that is still good. */
function mayRepeat({ input, round }: Begun, change: Change): boolean {
  const keyed = round === null && input.idempotencyKey !== null && input.task?.isGiven() !== true
  return keyed && isEnd(change) && change.approvalId !== null && change.errorCode !== 'CANCELLED'
}

export function auditEnd(
  runtime: Runtime,
  admitted: Admitted,
  operation: string,
  { id: runId, tool }: Pick<Run, 'id' | 'tool'>,
  { status: outcome, approvalId, errorCode }: Pick<Change, 'status' | 'approvalId' | 'errorCode'>,
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

/** Never rejects. */
export function storeChange(
  runtime: Runtime,
  { context }: Admitted,
  id: string,
  change: Change,
): Promise<void> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) return Promise.resolve()
  // Not two spreads: V8 11 takes forty times as long for them.
  const about = { id, workspaceId: context.workspaceId, endedAt: new Date() }
  return notifyAdapter(runtime, context.correlationId, () =>
    isEnd(change) ? runs.end(Object.assign(about, change)) : runs.update(Object.assign(about, change)),
  )
}
