/** Defines tools with typed arguments, from any schema library with Standard Schema, or from plain JSON Schema. */

import { isAsk } from '../adapter-kit/ask.js'
import { assertKnownOptions } from '../adapter-kit/known-options.js'
import type { Ask } from '../adapters/input-requests.js'
import type { ApprovalQuestion, ApprovalVerdict, Approver } from '../adapters/policy.js'
import type { MemberContext } from '../adapters/principal.js'
import type { ToolAnnotations, ToolCall, ToolDefinition, ToolResult } from '../adapters/tools.js'
import { LazySignal } from '../foundation/async/lazy-signal.js'
import { markApprovalRule } from '../foundation/json/approval-marks.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { paramHeadersOf } from '../foundation/json-schema/x-mcp-header.js'
import { assertOptions, assertToolOptions, nameHere } from './check-options.js'
import { textOf } from './parse.js'
import { type Accepted, type CompiledSchema, compileSchema, type Parsed, type ToolSchema } from './schema.js'
import { toolError, toResult } from './tool-results.js'

/**
 * Whether a call needs an approval: `none`, the approver, or a function that gives a verdict for each call. The function gets the same arguments
 * as `run`, and the question. Changes that it makes to them have no effect on what is stored or run.
 */
export type ToolApproval<I extends ToolSchema = ToolSchema, Extra = unknown> =
  | 'none'
  | Approver
  | ((args: Parsed<I>, question: ApprovalQuestion<Extra>) => ApprovalVerdict | Promise<ApprovalVerdict>)

/** What `run` gets beside its arguments. `Extra`: the type of `context.member.extra`, see `Member`. */
export interface ToolRun<Extra = unknown> extends Omit<ToolCall, 'name' | 'arguments'> {
  /** The caller: the member, the workspace, the credential and the client. */
  readonly context: MemberContext<Extra>
}

/** Options of `defineTool`. An unknown option is a TypeError. */
export interface ToolOptions<I extends ToolSchema, O extends ToolSchema, Extra = unknown> {
  /** Canonical name, 1 to 128 of `A-Z a-z 0-9 _ - .`. */
  readonly name: string
  /** A name for people. Default: none; clients show `name`. */
  readonly title?: string
  /** What the tool does and when to use it, for the model. Required, not empty. */
  readonly description: string
  /**
   * With plain JSON Schema, the arguments are a JSON object that is valid by it. With a Standard Schema, they are the output of the schema, after
   * its refinements and transforms; the schema alone validates, and its JSON Schema describes it to clients. Each call is parsed once, before the
   * policy sees the arguments.
   */
  readonly input: I
  /**
   * With it, `run` returns a value that the schema parses, and the result is sent as structured content. Without it, `run` returns text, a
   * `toolResult(…)` or nothing. With or without it, `run` may return an `ask(…)`.
   */
  readonly output?: O
  /** Hints for clients. The library does not use them for decisions. Default: none. */
  readonly annotations?: ToolAnnotations
  /** Scopes that the tool requires: all must be granted to the credential. Default: none. */
  readonly scopes?: readonly string[]
  /** Time limit of a call in milliseconds. Default: the option `toolTimeoutMs`. */
  readonly timeoutMs?: number
  /** Whether a long call may be answered as a task, to clients that support tasks. See `ToolDefinition`. Default `forbidden`. */
  readonly taskSupport?: ToolDefinition['taskSupport']
  /** Whether a call needs an approval, and whose. The provider's `evaluate` applies it; a host's own `adapters.policy` replaces it. Default `none`. */
  readonly approval?: ToolApproval<I, Extra>
  /** Whether this member may see and call the tool. Default: every member may. */
  readonly visible?: (context: MemberContext<Extra>) => boolean
  /**
   * Runs the call. If it throws, the call ends with TOOL_FAILED; `onError` gets the error, and the client never does. Return `toolError(…)` for
   * a failure that the model should read.
   */
  readonly run: (args: Parsed<I>, run: ToolRun<Extra>) => Promise<Returned<O>> | Returned<O>
}

type Returned<O extends ToolSchema> =
  | (ToolSchema extends O ? string | undefined : Accepted<O>)
  | ToolResult
  | Ask

/** A tool for `createToolProvider`, made by `defineTool`. `Extra`: the type of `extra` of a member, see `Member`. */
export interface Tool<Extra = unknown> {
  /** The definition. You may use a copy of it, but with the same `inputSchema` object: the parser of the arguments is attached to that object. */
  readonly definition: ToolDefinition
  /** The approval rule of the tool. A function parses `question.arguments` as `call` does. */
  readonly approval: 'none' | Approver | ((question: ApprovalQuestion<Extra>) => Promise<ApprovalVerdict>)
  /** Whether this member may see and call the tool. */
  readonly visible: (context: MemberContext<Extra>) => boolean
  /**
   * Runs a call. The library has already parsed the `call.arguments` that it passes, and recognises that object by identity: pass on the same
   * object. Another object is parsed as if a client had sent it. For a call with an approval the schema must then not change it; otherwise `call`
   * rejects with a TypeError.
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
 * Defines a tool. Throws a TypeError for a wrong option, and says how to correct it. Calls with invalid arguments are refused before a run begins
 * (INVALID_ARGUMENTS, with the problems). A result that is invalid by `output` is an error of the tool: the call ends with TOOL_FAILED.
 *
 * @example
 * const create = defineTool({
 *   name: 'deals.create',
 *   description: 'Adds a deal to the pipeline.',
 *   input: z.object({ title: z.string(), amount: z.number().nonnegative() }),
 *   output: z.object({ id: z.string() }),
 *   approval: ({ amount }) => ({ verdict: amount > 1000 ? 'operator' : 'allow' }),
 *   run: async ({ title, amount }, { context }) => createDeal(context.workspaceId, title, amount),
 * })
 */
export function defineTool<I extends ToolSchema, O extends ToolSchema = ToolSchema, Extra = unknown>(
  given: ToolOptions<I, O, Extra>,
): Tool<Extra> {
  assertOptions(given, 'defineTool', '{ name, description, input, run }')
  const options = withoutNulls(given)
  assertKnownOptions(options, Object.keys(KNOWN), 'a tool', nameHere)
  assertToolOptions(options)
  const { name, input, output, run, approval = 'none', visible = visibleToAll } = options
  const compiledInput = compileSchema(input, 'input', `the input of the tool ${name}`)
  paramHeadersOf(compiledInput.jsonSchema)
  const compiledOutput =
    output === undefined ? null : compileSchema(output, 'output', `the output of the tool ${name}`)
  const definition = toDefinition(options, compiledInput, compiledOutput)
  if (approval !== 'none') markApprovalRule(definition.inputSchema)
  return Object.freeze({
    definition,
    approval: typeof approval === 'function' ? createRule(name, compiledInput, approval) : approval,
    visible,
    async call(context: MemberContext<Extra>, call: ToolCall) {
      const parsed = await compiledInput.take(call.arguments, typeof call.approvalId === 'string')
      if ('issues' in parsed)
        return toolError(`the arguments do not fit: ${parsed.issues.map(textOf).join('; ')}`)
      // The schema has made this value, so it has the type of the schema's output.
      const returned: unknown = await run(parsed.value as Parsed<I>, new RunContext(context, call))
      return isAsk(returned) ? returned : toResult(name, returned, compiledOutput)
    },
  })
}

/** The approval function as the tool provider calls it. It gets the same parsed arguments as `run`. */
function createRule<I extends ToolSchema, Extra>(
  name: string,
  compiledInput: CompiledSchema,
  approval: Exclude<ToolApproval<I, Extra>, string>,
): Exclude<Tool<Extra>['approval'], string> {
  return async function decide(question) {
    const parsed = await compiledInput.take(question.arguments, false)
    if ('issues' in parsed)
      throw new TypeError(
        `the arguments about which the approval of ${name} is asked do not fit: ${parsed.issues.map(textOf).join('; ')}`,
      )
    return approval(parsed.value as Parsed<I>, question)
  }
}

class RunContext<Extra> extends LazySignal implements ToolRun<Extra> {
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

/** The default of `visible`. Tool providers recognise it, and do not call it for each tool and member. */
export function visibleToAll(): boolean {
  return true
}

/** Frozen, because the control plane caches what it computes from a definition by identity. */
function toDefinition(
  options: Omit<ToolOptions<ToolSchema, ToolSchema>, 'approval' | 'visible' | 'run'>,
  compiledInput: CompiledSchema,
  compiledOutput: CompiledSchema | null,
): ToolDefinition {
  const { name, title, description, annotations, scopes, timeoutMs, taskSupport } = options
  return Object.freeze({
    name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema: compiledInput.jsonSchema,
    ...(compiledOutput === null ? {} : { outputSchema: compiledOutput.jsonSchema }),
    ...(annotations === undefined ? {} : { annotations: Object.freeze({ ...annotations }) }),
    ...(scopes === undefined ? {} : { scopes: Object.freeze([...scopes]) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(taskSupport === undefined ? {} : { taskSupport }),
  })
}
