/** Tools with typed arguments, from any schema library. */

import type { ApprovalQuestion, ApprovalVerdict, Approver } from '../adapters/approvals.js'
import type { Ask } from '../adapters/input.js'
import type { MemberContext } from '../adapters/principal.js'
import type { ToolAnnotations, ToolCall, ToolDefinition, ToolResult } from '../adapters/tools.js'
import { isAsk } from '../ask.js'
import { withoutNulls } from '../host-values.js'
import { LazySignal } from '../lazy-signal.js'
import { paramHeadersOf } from '../param-headers.js'
import { assertKnownKeys, assertOptions, assertToolOptions } from './check-options.js'
import { type Accepted, type CompiledSchema, compileSchema, type Parsed, type ToolSchema } from './schema.js'
import { toolError, toResult } from './tool-results.js'

/** `none`, who must decide, or a function that decides for each call. */
export type ToolApproval =
  | 'none'
  | Approver
  | ((question: ApprovalQuestion) => ApprovalVerdict | Promise<ApprovalVerdict>)

/** What `run` knows beside its arguments. */
export interface ToolRun extends Omit<ToolCall, 'name' | 'arguments'> {
  readonly context: MemberContext
}

export interface ToolOptions<I extends ToolSchema, O extends ToolSchema> {
  /** Canonical name, 1 to 128 of `A-Z a-z 0-9 _ - .`. */
  readonly name: string
  readonly title?: string
  readonly description: string
  /** Plain JSON Schema: arguments are a JSON object. A Standard Schema: they are its output, refined and transformed. */
  readonly input: I
  /** With it `run` returns its value, sent as structured content and checked. Without it `run` returns text, a `toolResult(…)` or nothing. */
  readonly output?: O
  readonly annotations?: ToolAnnotations
  /** All of these must be granted to the key. Default: none. */
  readonly scopes?: readonly string[]
  /** Milliseconds; overrides the option `toolTimeoutMs`. */
  readonly timeoutMs?: number
  /** Whether a call that takes its time may be answered as a task, to clients that can poll one. Default `forbidden`. */
  readonly taskSupport?: ToolDefinition['taskSupport']
  /** Default `none`. Used by the provider's `evaluate`. */
  readonly approval?: ToolApproval
  /** Whether this member may see and call the tool: one predicate for both. Default: every member. */
  readonly visible?: (context: MemberContext) => boolean
  readonly run: (args: Parsed<I>, run: ToolRun) => Promise<Returned<O>> | Returned<O>
}

type Returned<O extends ToolSchema> =
  | (ToolSchema extends O ? string | undefined : Accepted<O>)
  | ToolResult
  | Ask

/** A tool as `createToolProvider` takes it. */
export interface Tool {
  readonly definition: ToolDefinition
  readonly approval: ToolApproval
  readonly visible: (context: MemberContext) => boolean
  readonly call: (context: MemberContext, call: ToolCall) => Promise<ToolResult | Ask>
}

const KNOWN = {
  name: true,
  title: true,
  description: true,
  input: true,
  output: true,
  annotations: true,
  scopes: true,
  timeoutMs: true,
  taskSupport: true,
  approval: true,
  visible: true,
  run: true,
} as const satisfies Record<keyof Required<ToolOptions<ToolSchema, ToolSchema>>, true>

/**
 * Checks the options once, and throws a TypeError that names the mistake and the cure. Arguments that pass the JSON Schema and fail
 * the Standard Schema (a refinement, say) are a result with `isError: true`, since the caller should read why; output that does not
 * fit is thrown, since it is the tool that is wrong.
 */
export function defineTool<I extends ToolSchema, O extends ToolSchema = ToolSchema>(
  given: ToolOptions<I, O>,
): Tool {
  assertOptions(given, 'defineTool', '{ name, description, input, run }')
  const options = withoutNulls(given)
  assertKnownKeys(options, Object.keys(KNOWN), 'a tool')
  assertToolOptions(options)
  const { name, input, output, run, approval = 'none', visible = toEverybody } = options
  const takes = compileSchema(input, 'input', `the input of the tool ${name}`)
  paramHeadersOf(takes.jsonSchema)
  const gives =
    output === undefined ? null : compileSchema(output, 'output', `the output of the tool ${name}`)
  return Object.freeze({
    definition: toDefinition(options, takes, gives),
    approval,
    visible,
    async call(context: MemberContext, call: ToolCall) {
      const parsed = await takes.parse(call.arguments)
      if ('problems' in parsed) return toolError(`the arguments do not fit: ${parsed.problems.join('; ')}`)
      // The schema made this value, and its own types say what it is.
      const returned: unknown = await run(parsed.value as Parsed<I>, new Running(context, call))
      return isAsk(returned) ? returned : toResult(name, returned, gives)
    },
  })
}

class Running extends LazySignal implements ToolRun {
  readonly context: MemberContext
  readonly runId: string
  readonly approvalId: string | null
  readonly idempotencyKey: string | null
  readonly answers: ToolCall['answers']
  readonly state: ToolCall['state']
  readonly canAsk: ToolCall['canAsk']
  readonly progress: ToolCall['progress']

  constructor(context: MemberContext, call: ToolCall) {
    super(call)
    this.context = context
    this.runId = call.runId
    this.approvalId = call.approvalId
    this.idempotencyKey = call.idempotencyKey
    this.answers = call.answers
    this.state = call.state
    this.canAsk = call.canAsk
    this.progress = call.progress
  }
}

/** The default of `visible`. A list in which all tools have it need not be asked tool by tool. */
export function toEverybody(): boolean {
  return true
}

/** Made once and frozen: the pipeline knows a definition by its identity. */
function toDefinition(
  options: Omit<ToolOptions<ToolSchema, ToolSchema>, 'run'>,
  takes: CompiledSchema,
  gives: CompiledSchema | null,
): ToolDefinition {
  const { name, title, description, annotations, scopes, timeoutMs, taskSupport } = options
  return Object.freeze({
    name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema: takes.jsonSchema,
    ...(gives === null ? {} : { outputSchema: gives.jsonSchema }),
    ...(annotations === undefined ? {} : { annotations: Object.freeze({ ...annotations }) }),
    ...(scopes === undefined ? {} : { scopes: Object.freeze([...scopes]) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(taskSupport === undefined ? {} : { taskSupport }),
  })
}
