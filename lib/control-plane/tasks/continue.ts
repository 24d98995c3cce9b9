/** Carries a waiting task on: as a run of its own, whose key is made from the task, so that of any number of nodes one does it. */

import type { Approval } from '../../adapters/approvals.js'
import type { Answered } from '../../adapters/input-requests.js'
import type { Run } from '../../adapters/runs.js'
import { CancellationSource, NOT_CANCELLED } from '../../foundation/async/cancellation.js'
import { type BoundArguments, readerOf, recallAsSent } from '../../foundation/json/arguments-reader.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { definitionDigest } from '../approvals/binding.js'
import { isBuiltIn } from '../calls/authorize.js'
import { type Claim, claimRun } from '../calls/begin-run.js'
import { completeCall } from '../calls/call-order.js'
import { answersForTool, type TaskCheckpoint } from '../calls/task-checkpoint.js'
import { ALL_CAPABILITIES, REPEAT_ONLY } from '../input/capabilities.js'
import type { ResumePoint } from '../input/request-state.js'
import type { Begun, Resumed } from '../request/call-stages.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import type { FoundTask } from './find.js'
import { withStopSignal } from './stop-signal.js'

interface Continuation {
  readonly bound: BoundArguments
  readonly place: ResumePoint
  /** The caller's own key of the call that became this task. */
  readonly idempotencyKey: string | null
  /** How often the task has asked. */
  readonly step: number
  /** How many began to carry it on, and died before they did anything. */
  readonly lost?: number
  readonly answered?: Answered
}

const NOTHING_ANSWERED = Object.freeze({ answers: null, state: null })

/**
 * The arguments that were kept, as they were bound: they are not parsed a second time, for what is not JSON is made anew only if it comes to the
 * same. `null` if it does not: the tool's schema has changed.
 */
async function recallArguments({ run, tool }: FoundTask, kept: JsonObject): Promise<BoundArguments | null> {
  const reader = readerOf(tool.inputSchema)
  if (reader !== null) return reader.recall(kept, run.argumentsDigest)
  const bound = recallAsSent(kept, run.argumentsDigest)
  if (bound === null)
    throw new TypeError('a store gave other arguments than those that this task was called with')
  return bound
}

/** The call as if it came back by itself. Its key holds spaces, so no caller can send it. */
function resumedFor(
  runtime: Runtime,
  admitted: Admitted,
  { run, tool }: FoundTask,
  { bound, place, idempotencyKey, step, lost = 0, answered = NOTHING_ANSWERED }: Continuation,
): Resumed {
  const { arguments: args, argumentsDigest } = bound
  return {
    admitted,
    context: admitted.context,
    tool,
    builtIn: isBuiltIn(runtime, tool),
    arguments: args,
    argumentsDigest,
    bound,
    round: { answered, askAgain: null, resumePoint: place, stateId: `task ${run.id} ${step}.${lost}` },
    input: {
      name: tool.name,
      find: (tools) => tools.find(({ name }) => name === tool.name),
      arguments: args,
      idempotencyKey,
      // Whoever polls need not be who will answer: a question is put to those who declare that they can be asked.
      inputChannel: { capabilities: ALL_CAPABILITIES },
      waits: REPEAT_ONLY,
      retry: null,
      task: { taskId: run.id, step, isGiven: () => true },
      cancel: NOT_CANCELLED,
      mayReconnect: false,
      progress: () => {},
    },
  }
}

/** What a task waits for: the approval, which keeps the arguments, and these as they are bound. */
export interface Decided {
  readonly approval: Approval
  readonly bound: BoundArguments
}

/** `null` if the arguments mean something else by now, because the tool has changed. */
export async function recalled(found: FoundTask, approval: Approval): Promise<Decided | null> {
  const bound = await recallArguments(found, approval.arguments)
  if (bound === null && definitionDigest(found.tool) === approval.definitionDigest)
    throw new TypeError('a store gave other arguments than those that this task was called with')
  return bound === null ? null : { approval, bound }
}

/** The call as it was approved. */
export function resumedUnderApproval(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  { approval, bound }: Decided,
  lost = 0,
): Resumed {
  return resumedFor(runtime, admitted, found, {
    bound,
    place: { firstRunId: found.run.id, approvalId: approval.id, consumedBy: null },
    idempotencyKey: approval.idempotencyKey,
    step: 0,
    lost,
  })
}

/** Nodes that die again and again will not be many. */
const MOST_LOST = 5

/**
 * Takes the task to carry it on. A node that took it and died with the approval unused has run nothing, so the next one takes its place; if
 * it was only slow, the approval still has one winner.
 */
export async function claimUnderApproval(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  decided: Decided,
): Promise<Claim> {
  for (let lost = 0; ; lost += 1) {
    const resumed = resumedUnderApproval(runtime, admitted, found, decided, lost)
    const claim = await claimRun(runtime, found.runs, resumed)
    if (!('earlier' in claim) || !leftUnused(claim.earlier) || lost === MOST_LOST) return claim
  }
}

/** Whether it ended before it could use the approval: its node died, the rule wanted another person, or a service was down. */
function leftUnused({ status, outcome }: Run): boolean {
  if (outcome !== null) return outcome.errorCode === 'UNAVAILABLE'
  return status === 'unknown' || status === 'pending_approval'
}

/** The call whose tool asked, with what has been answered; `null` if its arguments mean something else by now. */
export async function resumedWithCheckpoint(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  checkpoint: TaskCheckpoint,
  lost = 0,
): Promise<Resumed | null> {
  const { approvalId, consumedBy, idempotencyKey, state, step } = checkpoint
  const bound = await recallArguments(found, checkpoint.arguments)
  if (bound === null) return null
  return resumedFor(runtime, admitted, found, {
    bound,
    place: { firstRunId: found.run.id, approvalId, consumedBy },
    idempotencyKey,
    step,
    lost,
    answered: { answers: answersForTool(checkpoint), state },
  })
}

/**
 * Takes the task to carry it on with its answers, or to cancel it; `null` if its arguments mean something else by now. A run that could not ask
 * the rule has not run the tool, so the next one takes its place.
 */
export async function claimWithCheckpoint(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  checkpoint: TaskCheckpoint,
): Promise<Claim | null> {
  for (let lost = 0; ; lost += 1) {
    const resumed = await resumedWithCheckpoint(runtime, admitted, found, checkpoint, lost)
    if (resumed === null) return null
    const claim = await claimRun(runtime, found.runs, resumed)
    if (!('earlier' in claim) || !couldNotBegin(claim.earlier) || lost === MOST_LOST) return claim
  }
}

/** Whether a service was down before the tool went on: a run that fails later ends its task too. */
export function couldNotBegin({ outcome }: Run): boolean {
  return outcome?.errorCode === 'UNAVAILABLE'
}

/** Goes on in the background; what comes of it is on record, and whoever polls reads it there. */
export function startWork(runtime: Runtime, begun: Begun): void {
  begun.admitted.received.background(async () => {
    await withStopSignal(runtime, begun, new CancellationSource(), async (listening) => {
      await completeCall(runtime, listening)
    }).catch(() => {})
  })
}
