/** Step 9: runs the tool within its time limit and checks its answer. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Answered, Ask } from '../../adapters/input-requests.js'
import type { Approver } from '../../adapters/policy.js'
import type { RunOutcome } from '../../adapters/runs.js'
import type { ToolCall, ToolResult } from '../../adapters/tools.js'
import { CancellationSource } from '../../foundation/async/cancellation.js'
import { aborted, delay, settledThisTurn, withDeadline } from '../../foundation/async/deadline.js'
import { LazySignal } from '../../foundation/async/lazy-signal.js'
import { isAllvError } from '../../foundation/errors/allv-error.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { isMade, isUnusableOutput } from '../../foundation/json/output-marks.js'
import { extendExecution } from '../approvals/consume.js'
import { stoppedBy } from '../approvals/continue-approved.js'
import { underGrant } from '../approvals/grant.js'
import { readApproval } from '../approvals/watch.js'
import { supportsInputRequest } from '../input/capabilities.js'
import { withInputRequests } from '../input/request-input.js'
import { ended, ranUnusably, succeeded } from '../request/call-outcome.js'
import type { Approved } from '../request/call-stages.js'
import { isLonger } from '../request/output-limit.js'
import { notifyAdapter } from '../runtime/adapter-call.js'
import { runLeaseMs } from '../runtime/leases.js'
import type { Runtime } from '../runtime/runtime.js'
import { runBuiltInTool } from './run-built-in-tool.js'
import { completeResult } from './tool-result.js'

/** How long a cancelled tool may take to stop or to return its result. */
const CANCEL_GRACE_MS = 2000

type Answer = { readonly result: ToolResult | Ask } | { readonly error: unknown }

/**
 * Runs the tool. When it asks the client and the client can answer within the call, the tool runs again with the responses. Answering takes
 * time, so permission is checked again before that.
 */
export function execute(runtime: Runtime, approved: Approved): Promise<RunOutcome | Ask> {
  return withInputRequests(
    runtime,
    approved.input.inputChannel,
    approved.answered,
    (answered) =>
      answered === approved.answered
        ? attempt(runtime, approved, answered)
        : attemptAgain(runtime, approved, answered),
    { isAsk, beforeAsking: () => extendLeases(runtime, approved) },
  )
}

async function attemptAgain(
  runtime: Runtime,
  approved: Approved,
  answered: Answered,
): Promise<RunOutcome | Ask> {
  const { grant, recheck } = approved
  const { objection, admitted } = await recheck(await approverOf(runtime, approved))
  const stopped = stoppedBy(approved.run, objection)
  const again = underGrant(approved, grant, { answered, recheck, admitted })
  return stopped ?? attempt(runtime, again, answered)
}

/** Whose decision the call needed; `null` for a call without an approval. */
async function approverOf(runtime: Runtime, { grant, context }: Approved): Promise<Approver | null> {
  const { approvalId } = grant
  return approvalId === null
    ? null
    : ((await readApproval(runtime, context.correlationId, approvalId))?.approver ?? null)
}

/** Extends the leases of the approval and the run, for the time that the client needs and another execution. */
async function extendLeases(runtime: Runtime, approved: Approved): Promise<void> {
  const { context, run, tool } = approved
  const { id } = run
  const { runs } = runtime.config.adapters
  const { workspaceId } = context
  const leaseMs = runLeaseMs(runtime, tool)
  await extendExecution(runtime, approved, runtime.config.approvalHoldMs)
  if (runs?.extend !== undefined)
    await notifyAdapter(
      runtime,
      context.correlationId,
      async () => await runs.extend?.({ id, workspaceId, leaseMs }),
    )
}

async function attempt(runtime: Runtime, approved: Approved, answered: Answered): Promise<RunOutcome | Ask> {
  const ms = approved.tool.timeoutMs ?? runtime.config.toolTimeoutMs
  const { run, input } = approved
  const runId = run.id
  // Cancelled before it began: a tool that ignores the signal would still run.
  if (input.cancel.aborted) return ended(runId, 'CANCELLED')
  const stop = new CancellationSource()
  const answer = start(runtime, approved, answered, stop)
  // A tool that answers before the event loop turns needs no timer: neither a timeout nor a cancellation can come earlier.
  const prompt = await settledThisTurn(runtime, approved.context.correlationId, answer)
  if (prompt !== null && !input.cancel.aborted) return toOutcome(runtime, approved, prompt)
  return withDeadline({ ms, signals: [input.cancel.signal] }, async (deadline) => {
    stop.follow(deadline.signal)
    const early = await Promise.race([answer, aborted(deadline.signal).then(() => null)])
    if (early !== null && !deadline.signal.aborted) return toOutcome(runtime, approved, early)
    if (deadline.ended() === 'timeout') return timedOut(runtime, approved, ms)
    const late = early ?? (await withinGrace(answer))
    // A tool that does not answer may still be running, so its outcome is unknown.
    if (late === null) return ended(runId, 'OUTCOME_UNKNOWN')
    // A tool that finished in spite of the cancellation did its work, and its run is stored so.
    return 'result' in late && !isAsk(late.result)
      ? toOutcome(runtime, approved, late)
      : ended(runId, 'CANCELLED')
  })
}

/** `onError` receives each timeout, because only the host can change the tool or its limit. */
function timedOut(runtime: Runtime, { run, context, tool }: Approved, ms: number): RunOutcome {
  const { correlationId } = context
  const cause = new Error(`tool "${tool.name}" did not answer within ${ms} ms`)
  runtime.config.onError(cause, { correlationId, code: 'TOOL_TIMED_OUT', tool: tool.name })
  return ended(run.id, 'TOOL_TIMED_OUT')
}

/** The answer of a cancelled tool; `null` when none comes in time. */
async function withinGrace(answer: Promise<Answer>): Promise<Answer | null> {
  const answered = new AbortController()
  const late = delay(CANCEL_GRACE_MS, answered.signal).then(() => null)
  return Promise.race([answer, late]).finally(() => answered.abort())
}

async function start(
  runtime: Runtime,
  approved: Approved,
  answered: Answered,
  stop: CancellationSource,
): Promise<Answer> {
  const { tools } = runtime.config.adapters
  let call: RunningCall | null = null
  try {
    const bound = approved.bound.hand()
    const args = bound instanceof Promise ? await bound : bound
    call = new RunningCall(approved, args, answered, stop)
    return {
      result: approved.builtIn
        ? await runBuiltInTool(runtime, approved, call)
        : await tools.call(approved.context, call),
    }
  } catch (error) {
    return { error }
  } finally {
    call?.end()
  }
}

class RunningCall extends LazySignal implements ToolCall {
  readonly name: string
  readonly arguments: JsonObject
  readonly runId: string
  readonly approvalId: string | null
  readonly idempotencyKey: string | null
  readonly answers: Answered['answers']
  readonly state: Answered['state']
  readonly canAsk: ToolCall['canAsk']
  readonly progress: ToolCall['progress']
  #over = false

  constructor(approved: Approved, args: JsonObject, { answers, state }: Answered, stop: CancellationSource) {
    super(stop)
    const { input } = approved
    this.name = approved.tool.name
    this.arguments = args
    this.runId = approved.run.id
    this.approvalId = approved.grant.approvalId
    this.idempotencyKey = input.idempotencyKey
    this.answers = answers
    this.state = state
    // First constants, then properties: V8 allocates function literals that are assigned to `this` in old space, where they keep their scope alive.
    const canAsk: ToolCall['canAsk'] = (request) =>
      supportsInputRequest(input.inputChannel.capabilities, request)
    const progress: ToolCall['progress'] = (update) => {
      if (!this.#over && !stop.aborted) input.progress(update)
    }
    this.canAsk = canAsk
    this.progress = progress
  }

  /** Ignores progress that the tool reports after its answer. */
  end(): void {
    this.#over = true
  }
}

function toOutcome(runtime: Runtime, approved: Approved, answer: Answer): RunOutcome | Ask {
  const { run, context, tool } = approved
  const runId = run.id
  const { correlationId } = context
  if ('error' in answer) {
    const { error } = answer
    // An AllvError of a built-in tool is meant for the caller, or was reported already.
    if (approved.builtIn && isAllvError(error)) return ended(runId, error.code)
    runtime.config.onError(error, { correlationId, code: 'TOOL_FAILED', tool: tool.name })
    return isUnusableOutput(error) ? ranUnusably(runId) : ended(runId, 'TOOL_FAILED')
  }
  try {
    if (isAsk(answer.result))
      return isLonger(JSON.stringify(answer.result), runtime.config.toolOutputLimitBytes)
        ? tooLarge(runtime, approved)
        : answer.result
    const result = completeResult(answer.result, outputLimitOf(runtime, approved))
    if (result === null) return tooLarge(runtime, approved)
    if (result.isError === true) return { ...ended(runId, 'TOOL_FAILED'), result }
    if (tool.outputSchema !== undefined) assertOutput(runtime, tool.outputSchema, result)
    return succeeded(runId, result)
  } catch (cause) {
    runtime.config.onError(cause, { correlationId, code: 'TOOL_FAILED', tool: tool.name })
    return ranUnusably(runId)
  }
}

/** Built-in tools have their own limits: an entry that could be stored must be readable. */
function outputLimitOf(runtime: Runtime, { builtIn }: Approved): number {
  return builtIn ? Number.POSITIVE_INFINITY : runtime.config.toolOutputLimitBytes
}

/** Tells the caller that the tool ran. Nothing of the answer is stored or sent. */
function tooLarge(runtime: Runtime, { run, context, tool }: Approved): RunOutcome {
  const { correlationId } = context
  const { toolOutputLimitBytes } = runtime.config
  const cause = new RangeError(
    `tool "${tool.name}" answered with more JSON than toolOutputLimitBytes allows (${toolOutputLimitBytes})`,
  )
  runtime.config.onError(cause, { correlationId, code: 'TOOL_OUTPUT_TOO_LARGE', tool: tool.name })
  return ended(run.id, 'TOOL_OUTPUT_TOO_LARGE')
}

/** Structured content must exist and conform (MCP 2025-11-25, server/tools, Output Schema). A value that the tool's own schema made conforms. */
function assertOutput(
  runtime: Runtime,
  schema: NonNullable<Approved['tool']['outputSchema']>,
  result: ToolResult,
): void {
  if (result.structuredContent === undefined)
    throw new TypeError('the tool declares an outputSchema and gave no structuredContent')
  if (isMade(schema, result.structuredContent)) return
  const problems = runtime.schemas.compile(schema)(result.structuredContent)
  if (problems.length > 0) {
    const text = problems.map(({ path, message }) => `${path || 'the whole'} ${message}`).join('; ')
    throw new TypeError(`the tool gave structuredContent that does not fit its outputSchema: ${text}`)
  }
}
