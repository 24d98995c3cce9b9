/** Tools with typed arguments, from any schema library. */

import { isAsk } from '../adapter-kit/ask.js'
import type { Ask } from '../adapters/input-requests.js'
import type { ApprovalQuestion, ApprovalVerdict, Approver } from '../adapters/policy.js'
import type { MemberContext } from '../adapters/principal.js'
import type { ToolAnnotations, ToolCall, ToolDefinition, ToolResult } from '../adapters/tools.js'
import { LazySignal } from '../foundation/async/lazy-signal.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { paramHeadersOf } from '../foundation/json-schema/x-mcp-header.js'
import { assertKnownKeys, assertOptions, assertToolOptions } from './check-options.js'
import { textOf } from './parse.js'
import { type Accepted, type CompiledSchema, compileSchema, type Parsed, type ToolSchema } from './schema.js'
import { toolError, toResult } from './tool-results.js'

/**
 * `none`, who must decide, or a function that decides for each call. It is given the arguments as `run` is given them, and the question; what
 * it does to either changes nothing that is stored or run.
 */
export type ToolApproval<I extends ToolSchema = ToolSchema, Extra = unknown> =
  | 'none'
  | Approver
  | ((args: Parsed<I>, question: ApprovalQuestion<Extra>) => ApprovalVerdict | Promise<ApprovalVerdict>)

/** What `run` knows beside its arguments. `Extra`: the type of `context.member.extra`, see `Member`. */
export interface ToolRun<Extra = unknown> extends Omit<ToolCall, 'name' | 'arguments'> {
  /** Who calls: the member, the workspace, the credential and the client. */
  readonly context: MemberContext<Extra>
}

/** What `defineTool` takes. Unknown members are refused with a TypeError. */
export interface ToolOptions<I extends ToolSchema, O extends ToolSchema, Extra = unknown> {
  /** Canonical name, 1 to 128 of `A-Z a-z 0-9 _ - .`. */
  readonly name: string
  /** A name for people. Default: none; clients show `name`. */
  readonly title?: string
  /** What the tool does and when to use it, for the model. Required, not empty. */
  readonly description: string
  /**
   * Plain JSON Schema: arguments are a JSON object that fits it. A Standard Schema: they are its output, refined and transformed. It alone decides
   * what fits; its JSON Schema describes it to clients. It reads each call once, before anything looks at the arguments.
   */
  readonly input: I
  /** With it `run` returns its value, parsed by it and sent as structured content. Without it `run` returns text, a `toolResult(…)` or nothing. */
  readonly output?: O
  /** Hints for clients. The library itself decides nothing by them. Default: none. */
  readonly annotations?: ToolAnnotations
  /** All of these must be granted to the key. Default: none. */
  readonly scopes?: readonly string[]
  /** Milliseconds; overrides the option `toolTimeoutMs`. */
  readonly timeoutMs?: number
  /** Whether a call that takes its time may be answered as a task, to clients that can poll one. Default `forbidden`. */
  readonly taskSupport?: ToolDefinition['taskSupport']
  /** Whether a call needs an approval, and whose. The provider's `evaluate` says it, unless the host has a policy of its own. Default `none`. */
  readonly approval?: ToolApproval<I, Extra>
  /** Whether this member may see and call the tool: one predicate for both. Default: every member. */
  readonly visible?: (context: MemberContext<Extra>) => boolean
  /**
   * Does the work. What it throws ends the call as TOOL_FAILED, is told to `onError`, and is never shown to the client; use `toolError`
   * for what the model should read.
   */
  readonly run: (args: Parsed<I>, run: ToolRun<Extra>) => Promise<Returned<O>> | Returned<O>
}

type Returned<O extends ToolSchema> =
  | (ToolSchema extends O ? string | undefined : Accepted<O>)
  | ToolResult
  | Ask

/** A tool as `createToolProvider` takes it. `Extra`: what its functions know of a member's `extra`, see `Member`. */
export interface Tool<Extra = unknown> {
  /** A copy of it does as well, while it keeps the very `inputSchema`, which brings along how arguments are read. */
  readonly definition: ToolDefinition
  /** A function reads `question.arguments` as `call` does. */
  readonly approval: 'none' | Approver | ((question: ApprovalQuestion<Extra>) => Promise<ApprovalVerdict>)
  /** Whether this member may see and call the tool. */
  readonly visible: (context: MemberContext<Extra>) => boolean
  /**
   * `call.arguments` that the library handed over have been read by the tool's schema, and are known by identity: pass on that very object. Any
   * other object is read as if a client had sent it; under an approval it must then stay what it is.
   */
  readonly call: (context: MemberContext<Extra>, call: ToolCall) => Promise<ToolResult | Ask>
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
 * Checks the options once, and throws a TypeError that names the mistake and the cure. Arguments that do not fit are refused before a run
 * begins (INVALID_ARGUMENTS, with every problem); output that does not fit is thrown, since it is the tool that is wrong.
 */
export function defineTool<I extends ToolSchema, O extends ToolSchema = ToolSchema, Extra = unknown>(
  given: ToolOptions<I, O, Extra>,
): Tool<Extra> {
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
    approval: typeof approval === 'function' ? createRule(name, takes, approval) : approval,
    visible,
    async call(context: MemberContext<Extra>, call: ToolCall) {
      const parsed = await takes.take(call.arguments, typeof call.approvalId === 'string')
      if ('issues' in parsed)
        return toolError(`the arguments do not fit: ${parsed.issues.map(textOf).join('; ')}`)
      // The schema made this value, and its own types say what it is.
      const returned: unknown = await run(parsed.value as Parsed<I>, new Running(context, call))
      return isAsk(returned) ? returned : toResult(name, returned, gives)
    },
  })
}

/** The rule that a provider asks: it sees what `run` would be given. */
function createRule<I extends ToolSchema, Extra>(
  name: string,
  takes: CompiledSchema,
  approval: Exclude<ToolApproval<I, Extra>, string>,
): Exclude<Tool<Extra>['approval'], string> {
  return async function decide(question) {
    const parsed = await takes.take(question.arguments, false)
    if ('issues' in parsed)
      throw new TypeError(
        `the arguments about which the approval of ${name} is asked do not fit: ${parsed.issues.map(textOf).join('; ')}`,
      )
    return approval(parsed.value as Parsed<I>, question)
  }
}

class Running<Extra> extends LazySignal implements ToolRun<Extra> {
  readonly context: MemberContext<Extra>
  readonly runId: string
  readonly approvalId: string | null
  readonly idempotencyKey: string | null
  readonly answers: ToolCall['answers']
  readonly state: ToolCall['state']
  readonly canAsk: ToolCall['canAsk']
  readonly progress: ToolCall['progress']

  constructor(context: MemberContext<Extra>, call: ToolCall) {
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
  options: Omit<ToolOptions<ToolSchema, ToolSchema>, 'approval' | 'visible' | 'run'>,
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
