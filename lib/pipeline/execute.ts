/** Step 9: the tool runs, within its time limit, and what it answers is checked. What happened is the outcome. */

import type { Answered, Ask } from '../adapters/input.js'
import type { JsonObject } from '../adapters/json.js'
import type { RunOutcome } from '../adapters/runs.js'
import type { ToolCall, ToolResult } from '../adapters/tools.js'
import { extendExecution } from '../approvals/consume.js'
import { isAsk } from '../ask.js'
import { LazySignal } from '../lazy-signal.js'
import { canAnswer } from './abilities.js'
import { tellAdapter } from './adapter-call.js'
import { runBuiltInTool } from './built-in-tools.js'
import { Canceller } from './cancel.js'
import type { Approved } from './context.js'
import { aborted, pause, soon, withDeadline } from './deadline.js'
import { runLeaseMs } from './leases.js'
import { ended, succeeded } from './outcome.js'
import type { Plane } from './plane.js'
import { withQuestions } from './put-questions.js'
import { completeResult } from './tool-result.js'

/** A cancelled tool gets this long to say whether it stopped or had already finished. */
const CANCEL_GRACE_MS = 2000

type Answer = { readonly result: ToolResult | Ask } | { readonly error: unknown }

/** Runs the tool, and where it asks the client something that can be asked within the call, runs it again with the answers. */
export function execute(
  plane: Plane,
  approved: Approved,
  recheck: () => Promise<unknown>,
): Promise<RunOutcome | Ask> {
  return withQuestions(
    plane,
    approved.input.questioner,
    approved.answered,
    (answered) => attempt(plane, approved, answered),
    { isAsk, beforeAsking: () => extendLeases(plane, approved), recheck },
  )
}

/** The client may take its time, and the tool runs once more afterwards. */
async function extendLeases(plane: Plane, approved: Approved): Promise<void> {
  const { context, correlationId, runId: id, tool } = approved
  const { runs } = plane.config.adapters
  const { workspaceId } = context
  const leaseMs = runLeaseMs(plane, tool)
  await extendExecution(plane, approved, plane.config.approvalHoldMs)
  if (runs?.extend !== undefined)
    await tellAdapter(plane, correlationId, async () => await runs.extend?.({ id, workspaceId, leaseMs }))
}

async function attempt(plane: Plane, approved: Approved, answered: Answered): Promise<RunOutcome | Ask> {
  const ms = approved.tool.timeoutMs ?? plane.config.toolTimeoutMs
  const { runId, input } = approved
  // Taken back before it began: a tool that does not listen to the signal would run all the same.
  if (input.cancel.aborted) return ended(runId, 'CANCELLED')
  const stop = new Canceller()
  const answer = start(plane, approved, answered, stop)
  // A tool that answers before the event loop turns leaves no time for a limit to pass or a caller to go.
  const prompt = await soon(plane, approved.correlationId, answer)
  if (prompt !== null && !input.cancel.aborted) return judge(plane, approved, prompt)
  return withDeadline({ ms, signals: [input.cancel.signal] }, async (deadline) => {
    stop.follow(deadline.signal)
    const early = await Promise.race([answer, aborted(deadline.signal).then(() => null)])
    if (early !== null && !deadline.signal.aborted) return judge(plane, approved, early)
    if (deadline.ended() === 'timeout') return ended(runId, 'TOOL_TIMED_OUT')
    const late = early ?? (await withinGrace(answer))
    // A tool that goes on and says nothing may still have its effect: nobody can say that it was cancelled.
    if (late === null) return ended(runId, 'OUTCOME_UNKNOWN')
    // A tool that finished in spite of the cancellation did its work: the record says so.
    return 'result' in late && !isAsk(late.result) ? judge(plane, approved, late) : ended(runId, 'CANCELLED')
  })
}

/** The answer of a cancelled tool, `null` when it gives none in time. */
async function withinGrace(answer: Promise<Answer>): Promise<Answer | null> {
  const answered = new AbortController()
  const late = pause(CANCEL_GRACE_MS, answered.signal).then(() => null)
  return Promise.race([answer, late]).finally(() => answered.abort())
}

async function start(plane: Plane, approved: Approved, answered: Answered, stop: Canceller): Promise<Answer> {
  const { tools } = plane.config.adapters
  const call = new RunningCall(approved, answered, stop)
  try {
    return {
      result: approved.builtIn
        ? await runBuiltInTool(plane, approved, call)
        : await tools.call(approved.context, call),
    }
  } catch (error) {
    return { error }
  } finally {
    call.end()
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

  constructor(approved: Approved, { answers, state }: Answered, stop: Canceller) {
    super(stop)
    const { input } = approved
    this.name = approved.tool.name
    this.arguments = approved.arguments
    this.runId = approved.runId
    this.approvalId = approved.approvalId
    this.idempotencyKey = input.idempotencyKey
    this.answers = answers
    this.state = state
    // Assigned in two steps: V8 makes functions that are assigned where they stand in old space, where they hold all they can see.
    const canAsk: ToolCall['canAsk'] = (request) => canAnswer(input.questioner.capabilities, request)
    const progress: ToolCall['progress'] = (update) => {
      if (!this.#over && !stop.aborted) input.progress(update)
    }
    this.canAsk = canAsk
    this.progress = progress
  }

  /** After its answer a tool reports nothing any more. */
  end(): void {
    this.#over = true
  }
}

function judge(plane: Plane, approved: Approved, answer: Answer): RunOutcome | Ask {
  const { runId, correlationId, tool } = approved
  try {
    if ('error' in answer) throw answer.error
    if (isAsk(answer.result)) return answer.result
    const result = completeResult(answer.result)
    if (result.isError === true) return { ...ended(runId, 'TOOL_FAILED'), result }
    if (tool.outputSchema !== undefined) assertOutput(plane, tool.outputSchema, result)
    return succeeded(runId, result)
  } catch (cause) {
    plane.config.onError(cause, { correlationId, code: 'TOOL_FAILED' })
    return ended(runId, 'TOOL_FAILED')
  }
}

/** MCP 2025-11-25, server/tools, Output Schema: structured content must be there and conform. */
function assertOutput(
  plane: Plane,
  schema: NonNullable<Approved['tool']['outputSchema']>,
  result: ToolResult,
): void {
  if (result.structuredContent === undefined)
    throw new TypeError('the tool declares an outputSchema and gave no structuredContent')
  const problems = plane.schemas.compile(schema)(result.structuredContent)
  if (problems.length > 0) {
    const text = problems.map(({ path, message }) => `${path || 'the whole'} ${message}`).join('; ')
    throw new TypeError(`the tool gave structuredContent that does not fit its outputSchema: ${text}`)
  }
}
