/** Tools with typed arguments, from any schema library. */

import type { ApprovalQuestion, ApprovalVerdict, Approver } from '../adapters/approvals.js'
import type { Ask } from '../adapters/input.js'
import type { JsonObject } from '../adapters/json.js'
import type { MemberContext } from '../adapters/principal.js'
import type { ToolAnnotations, ToolCall, ToolDefinition, ToolResult } from '../adapters/tools.js'
import { isAsk } from '../ask.js'
import { paramHeadersOf } from '../param-headers.js'
import { type Accepted, type CompiledSchema, compileSchema, type Parsed, type ToolSchema } from './schema.js'
import { isToolResult, textBlock, toolError } from './tool-results.js'

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
  readonly input: I
  /** With it `run` returns its value, sent as structured content and checked. Without it `run` returns text, a `toolResult(…)` or nothing. */
  readonly output?: O
  readonly annotations?: ToolAnnotations
  /** All of these must be granted to the key. Default: none. */
  readonly scopes?: readonly string[]
  /** Milliseconds; overrides the option `toolTimeoutMs`. */
  readonly timeoutMs?: number
  /** Default `none`. Used by the provider's `evaluate`. */
  readonly approval?: ToolApproval
  /** Whether this member may see and call the tool. Default: every member. */
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

const NAME = /^[A-Za-z0-9_.-]{1,128}$/
const KNOWN = {
  name: true,
  title: true,
  description: true,
  input: true,
  output: true,
  annotations: true,
  scopes: true,
  timeoutMs: true,
  approval: true,
  visible: true,
  run: true,
} as const satisfies Record<keyof Required<ToolOptions<ToolSchema, ToolSchema>>, true>

/** Checks the options once, and throws a TypeError that names the mistake and the cure. */
export function defineTool<I extends ToolSchema, O extends ToolSchema = ToolSchema>(
  options: ToolOptions<I, O>,
): Tool {
  const { name, input, output, run, approval = 'none', visible = () => true } = options
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, key))
      throw new TypeError(
        `unknown option "${key}" of a tool; the options are ${Object.keys(KNOWN).join(', ')}`,
      )
  }
  if (!NAME.test(name))
    throw new TypeError(
      `the tool name ${JSON.stringify(name)} must be 1 to 128 letters, digits, "_", "-" or "."`,
    )
  if (typeof options.description !== 'string' || options.description === '')
    throw new TypeError(`the tool ${name} needs a description`)
  const takes = compileSchema(input, 'input', `the input of the tool ${name}`)
  paramHeadersOf(takes.jsonSchema)
  const gives =
    output === undefined ? null : compileSchema(output, 'output', `the output of the tool ${name}`)
  return Object.freeze({
    definition: toDefinition(options, takes, gives),
    approval,
    visible,
    async call(context: MemberContext, call: ToolCall) {
      const { name: _, arguments: args, ...rest } = call
      const parsed = await takes.parse(args)
      if ('problems' in parsed) return toolError(`the arguments do not fit: ${parsed.problems.join('; ')}`)
      // The schema made this value, and its own types say what it is.
      const returned: unknown = await run(parsed.value as Parsed<I>, { ...rest, context })
      return toResult(name, returned, gives)
    },
  })
}

function toDefinition(
  {
    name,
    title,
    description,
    annotations,
    scopes,
    timeoutMs,
  }: Omit<ToolOptions<ToolSchema, ToolSchema>, 'run'>,
  takes: CompiledSchema,
  gives: CompiledSchema | null,
): ToolDefinition {
  return Object.freeze({
    name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema: takes.jsonSchema,
    ...(gives === null ? {} : { outputSchema: gives.jsonSchema }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
}

async function toResult(
  name: string,
  returned: unknown,
  gives: CompiledSchema | null,
): Promise<ToolResult | Ask> {
  if (isAsk(returned) || isToolResult(returned)) return returned
  if (gives !== null) {
    const parsed = await gives.parse(returned)
    if ('problems' in parsed)
      throw new TypeError(
        `the tool ${name} returned a value that does not fit its output: ${parsed.problems.join('; ')}`,
      )
    return { structuredContent: asObject(name, parsed.value) }
  }
  if (returned === undefined) return { content: [] }
  if (typeof returned === 'string') return { content: [textBlock(returned)] }
  throw new TypeError(
    `the tool ${name} declares no output, so it must return text, a toolResult(…), an ask(…) or nothing`,
  )
}

function asObject(name: string, value: unknown): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value) ?? 'null')
  if (!isJsonObject(copy)) throw new TypeError(`the tool ${name} returned a value that is no object`)
  return copy
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
