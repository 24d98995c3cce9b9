/** Step 10: stores and audits how a run ended. It never refuses, because the result is already final. `onError` receives each failure. */

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

/** Stores the end or the new state of a run and writes the audit events. Returns `answer` after that; never rejects. */
export async function endRun(runtime: Runtime, begun: Begun, answer: RunAnswer): Promise<RunAnswer> {
  const change = changeOf(answer)
  const changes = endsUndecided(answer) ? changesWithoutDecision(begun, change) : changesFor(begun, change)
  // These run in parallel. None of them rejects.
  const stored = changes.map(([id, its]) => storeChange(runtime, begun.admitted, id, its))
  const run = { id: begun.run.id, tool: begun.tool.name }
  const audited = auditEnd(runtime, begun.admitted, 'tools/call', run, change)
  for (const one of stored) await one
  await audited
  if (isEnd(change)) {
    const ids = changes.map(([id]) => id)
    await auditLinkedRuns(runtime, begun, { ids, end: change, certain: !endsUndecided(answer) })
  }
  const { task } = begun.input
  if (task !== null) await publishRunEvent(runtime, begun.admitted, 'run_changed', task.taskId)
  return answer
}

function isEnd(change: Change): change is End {
  return 'outcome' in change
}

/** Audits the end of the runs that end with this one: that of the first request, and the one that is polled as a task. */
async function auditLinkedRuns(
  runtime: Runtime,
  begun: Begun,
  {
    ids,
    end,
    certain,
  }: {
    readonly ids: readonly string[]
    readonly end: End
    /** False: another call may have continued the run, and then it has not ended. */
    readonly certain: boolean
  },
): Promise<void> {
  for (const id of ids)
    if (id !== begun.run.id && (certain || (await hasSameOutcome(runtime, begun, id, end))))
      await auditEnd(runtime, begun.admitted, 'tools/call', { id, tool: begun.tool.name }, end)
}

async function hasSameOutcome(
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
 * Whether the stored run keeps its result. It does when a caller may ask for it again: with an idempotency key, as a task, with a request
 * state, or under an approval, which answers repeats. For all other calls it is enough to store how they ended.
 */
function keepsResult({ input, round }: Begun, { outcome, approvalId }: End): boolean {
  if (outcome.result === null) return true
  return (
    input.idempotencyKey !== null || approvalId !== null || round !== null || input.task?.isGiven() === true
  )
}

/** Removes the result, so that data that a tool has read is not stored a second time. */
function withoutResult(end: End): End {
  return { ...end, outcome: { ...end.outcome, result: null } }
}

type Changes = readonly (readonly [id: string, change: Change])[]

function changesFor(begun: Begun, change: Change): Changes {
  return isEnd(change) ? endsFor(begun, change) : updatesFor(begun, change)
}

/** The run waits, and so does the run that the caller polls as a task. Only the polled one keeps the checkpoint. */
function updatesFor({ run: { id: runId }, input }: Begun, update: Update): Changes {
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
 * The runs that end together: this one, the run of the first request, and the run that the caller polls as a task. A caller that repeats the
 * call or polls the task gets the outcome.
 */
function endsFor(begun: Begun, end: End): Changes {
  const {
    run: { id: runId },
    round,
    input,
  } = begun
  const kept = keepsResult(begun, end) ? end : withoutResult(end)
  // Nearly all calls: one request and no task.
  if (round === null && input.task === null) return [[runId, kept]]
  const polled = input.task?.taskId ?? runId
  const ids = new Set([runId, polled, round?.resumePoint?.firstRunId].filter((id) => id !== undefined))
  return [...ids].map((id) => {
    // The run of the first request answers only repeats with the caller's key, and those under the approval.
    const mayBeAsked =
      id === runId || id === polled || input.idempotencyKey !== null || end.approvalId !== null
    return [id, mayBeAsked ? kept : withoutResult(kept)]
  })
}

/** Whether this call ends without a decision. The approval is unchanged, and other calls still wait for it. */
function endsUndecided(answer: RunAnswer): boolean {
  return answer.kind === 'ended'
    ? answer.abandoned === true
    : answer.kind === 'pending' || answer.kind === 'task'
}

/**
 * The changes of a call that ended without a decision. Its own run ends, and so does its task, unless another call has continued the task. A
 * run that it resumed stays as it is. A task also stays as it is when a service is down: its approval is still valid, and the next poll retries.
 */
function changesWithoutDecision(begun: Begun, change: Change): Changes {
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

/** Whether the run stays open for a repeat with the same key. The call failed before it used its approval, so the approval is still valid. */
function mayRepeat({ input, round }: Begun, change: Change): boolean {
  const keyed = round === null && input.idempotencyKey !== null && input.task?.isGiven() !== true
  return keyed && isEnd(change) && change.approvalId !== null && change.errorCode !== 'CANCELLED'
}

/** Writes `run.ended` to the audit log. Never rejects. */
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

/** Stores the end or the new state of a run. Never rejects; `onError` receives a failure. */
export function storeChange(
  runtime: Runtime,
  { context }: Admitted,
  id: string,
  change: Change,
): Promise<void> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) return Promise.resolve()
  // Object.assign, because V8 11 needs forty times as long for two spreads.
  const fields = { id, workspaceId: context.workspaceId, endedAt: new Date() }
  return notifyAdapter(runtime, context.correlationId, () =>
    isEnd(change) ? runs.end(Object.assign(fields, change)) : runs.update(Object.assign(fields, change)),
  )
}
