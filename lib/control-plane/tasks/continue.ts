/** Resumes a waiting task as a new run. The key of that run is made from the task, so that only one of several nodes resumes it. */

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
  readonly resumePoint: ResumePoint
  /** The idempotency key that the caller sent with the call. */
  readonly idempotencyKey: string | null
  /** How many times the tool has asked its client. */
  readonly step: number
  /** How many runs claimed the task before and ended without calling the tool. */
  readonly attempts?: number
  readonly answered?: Answered
}

const NOTHING_ANSWERED = Object.freeze({ answers: null, state: null })

/**
 * Restores the stored arguments as they were bound. Values that are not JSON are parsed again; the result must be the same. `null` if it is not:
 * the tool's schema has changed.
 */
async function recallArguments({ run, tool }: FoundTask, kept: JsonObject): Promise<BoundArguments | null> {
  const reader = readerOf(tool.inputSchema)
  if (reader !== null) return reader.recall(kept, run.argumentsDigest)
  const bound = recallAsSent(kept, run.argumentsDigest)
  if (bound === null)
    throw new TypeError('a store gave other arguments than those that this task was called with')
  return bound
}

/** The call as a retry that no client sent. Its `stateId`, which becomes the key of the run, has spaces, so no caller can send the same key. */
function resumedFor(
  runtime: Runtime,
  admitted: Admitted,
  { run, tool }: FoundTask,
  { bound, resumePoint, idempotencyKey, step, attempts = 0, answered = NOTHING_ANSWERED }: Continuation,
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
    round: { answered, askAgain: null, resumePoint, stateId: `task ${run.id} ${step}.${attempts}` },
    input: {
      name: tool.name,
      find: (tools) => tools.find(({ name }) => name === tool.name),
      arguments: args,
      idempotencyKey,
      // The request that resumes the task may come from another client than the answers. Each poll is shown only what its client supports.
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

/** The approval of a task, with the arguments of the call. */
export interface Decided {
  /** The approval, which stores the arguments. */
  readonly approval: Approval
  /** The same arguments, restored as they were bound. */
  readonly bound: BoundArguments
}

/** Restores the arguments from the approval; `null` if the tool has changed so that its schema parses them differently. */
export async function recalled(found: FoundTask, approval: Approval): Promise<Decided | null> {
  const bound = await recallArguments(found, approval.arguments)
  if (bound === null && definitionDigest(found.tool) === approval.definitionDigest)
    throw new TypeError('a store gave other arguments than those that this task was called with')
  return bound === null ? null : { approval, bound }
}

/** The approved call, as a retry. `attempts`: how many runs claimed it before and ended without calling the tool. */
export function resumedUnderApproval(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  { approval, bound }: Decided,
  attempts = 0,
): Resumed {
  return resumedFor(runtime, admitted, found, {
    bound,
    resumePoint: { firstRunId: found.run.id, approvalId: approval.id, consumedBy: null },
    idempotencyKey: approval.idempotencyKey,
    step: 0,
    attempts,
  })
}

/** How many runs may replace one that ended without calling the tool. */
const MAX_ATTEMPTS = 5

/**
 * Claims the approved task. A run that ended without using the approval has not called the tool, so the next run replaces it. If the node of that
 * run was only slow, the approval can still be consumed only once.
 */
export async function claimUnderApproval(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  decided: Decided,
): Promise<Claim> {
  for (let attempts = 0; ; attempts += 1) {
    const resumed = resumedUnderApproval(runtime, admitted, found, decided, attempts)
    const claim = await claimRun(runtime, found.runs, resumed)
    if (!('earlier' in claim) || !leftUnused(claim.earlier) || attempts === MAX_ATTEMPTS) return claim
  }
}

/** Whether a run ended before it used the approval: its node stopped, the policy required another approver, or a service was down. */
function leftUnused({ status, outcome }: Run): boolean {
  if (outcome !== null) return outcome.errorCode === 'UNAVAILABLE'
  return status === 'unknown' || status === 'pending_approval'
}

/** The call whose tool asked its client, with the answers so far; `null` if its arguments cannot be restored, because the tool has changed. */
export async function resumedWithCheckpoint(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  checkpoint: TaskCheckpoint,
  attempts = 0,
): Promise<Resumed | null> {
  const { approvalId, consumedBy, idempotencyKey, state, step } = checkpoint
  const bound = await recallArguments(found, checkpoint.arguments)
  if (bound === null) return null
  return resumedFor(runtime, admitted, found, {
    bound,
    resumePoint: { firstRunId: found.run.id, approvalId, consumedBy },
    idempotencyKey,
    step,
    attempts,
    answered: { answers: answersForTool(checkpoint), state },
  })
}

/**
 * Claims the task, to resume it with its answers or to cancel it; `null` if its arguments cannot be restored, because the tool has changed. A run
 * that could not ask the policy has not called the tool, so the next run replaces it.
 */
export async function claimWithCheckpoint(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  checkpoint: TaskCheckpoint,
): Promise<Claim | null> {
  for (let attempts = 0; ; attempts += 1) {
    const resumed = await resumedWithCheckpoint(runtime, admitted, found, checkpoint, attempts)
    if (resumed === null) return null
    const claim = await claimRun(runtime, found.runs, resumed)
    if (!('earlier' in claim) || !couldNotBegin(claim.earlier) || attempts === MAX_ATTEMPTS) return claim
  }
}

/** Whether a run ended because a service was down before the tool continued. A run that fails later ends its task. */
export function couldNotBegin({ outcome }: Run): boolean {
  return outcome?.errorCode === 'UNAVAILABLE'
}

/** Completes the call in the background. Its outcome is stored, and the client that polls reads it from the store. */
export function startWork(runtime: Runtime, begun: Begun): void {
  begun.admitted.received.background(async () => {
    await withStopSignal(runtime, begun, new CancellationSource(), async (listening) => {
      await completeCall(runtime, listening)
    }).catch(() => {})
  })
}
