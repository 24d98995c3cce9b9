/** The tools adapter of a list of defined tools. */

import { LRUCache } from 'lru-cache'
import type { ApprovalQuestion, ApprovalVerdict, PolicyAdapter } from '../adapters/policy.js'
import type { MemberContext } from '../adapters/principal.js'
import type { ToolDefinition, ToolsAdapter } from '../adapters/tools.js'
import { isRecord } from '../foundation/json/guards.js'
import { isPromise } from '../foundation/json/host-values.js'
import { assertKnownKeys, assertOptions } from './check-options.js'
import { type Tool, toEverybody } from './define-tool.js'

/**
 * The tools, and the policy that their own `approval` makes: it holds unless the host gives `adapters.policy`. A tools adapter around this one
 * keeps the policy by a spread: `{ ...provider, list }`. `Extra`: see `Member`.
 */
export interface ToolProvider<Extra = unknown> extends ToolsAdapter<Extra>, PolicyAdapter<Extra> {
  /**
   * What the `approval` of the tool says. Tools that are not of this provider, the library's built-in ones among them, are answered by
   * `fallback`.
   */
  evaluate(question: ApprovalQuestion<Extra>): Promise<ApprovalVerdict>
  /** Whether a tool has an `approval` other than `none`, or there is a `fallback` of the host's: then the host needs an approvals adapter. */
  readonly needsApprovals: boolean
}

/** Options of `createToolProvider`. */
export interface ToolProviderOptions<Extra = unknown> {
  /**
   * Decides about tools that are not of this provider: those of another list that is put together with this one, and the built-in
   * `agent.*` ones, of which those that only read are never asked about. Default: allows names that begin with `agent.`, and denies
   * all others, so that a list put together elsewhere fails closed. A fallback may ask for approvals, so with one the host needs an approvals
   * adapter.
   */
  readonly fallback?: (question: ApprovalQuestion<Extra>) => ApprovalVerdict | Promise<ApprovalVerdict>
}

/** Throws a TypeError for two tools of one name, and for what `defineTool` did not make. Lists keep the order given. */
export function createToolProvider<Extra = unknown>(
  given: readonly Tool<Extra>[],
  options: ToolProviderOptions<Extra> = {},
): ToolProvider<Extra> {
  assertOptions(options, 'createToolProvider', '[tools], { fallback? }')
  assertKnownKeys(options, ['fallback'], 'a tool provider')
  const { fallback = denyUnknown } = options
  if (typeof fallback !== 'function')
    throw new TypeError('option fallback of a tool provider must be a function that gives a verdict')
  const tools = toolsOf(given)
  const byName = new Map<string, Tool<Extra>>()
  for (const tool of tools) {
    const { name } = tool.definition
    if (byName.has(name)) throw new TypeError(`two tools are named ${name}; give each its own name`)
    byName.set(name, tool)
  }
  return {
    list: createList(tools),
    all: () => tools.map(({ definition }) => definition),
    async call(context, call) {
      const tool = byName.get(call.name)
      if (tool === undefined || !tool.visible(context))
        throw new TypeError(`the tool ${call.name} is not offered to this member`)
      return tool.call(context, call)
    },
    evaluate: createEvaluate(byName, fallback),
    needsApprovals: fallback !== denyUnknown || tools.some(({ approval }) => approval !== 'none'),
  }
}

/** Throws a TypeError for what `defineTool` did not make. */
function toolsOf<Extra>(given: readonly Tool<Extra>[]): readonly Tool<Extra>[] {
  if (!Array.isArray(given))
    throw new TypeError('createToolProvider needs a list of tools: createToolProvider([defineTool({ … })])')
  given.forEach((tool, i) => {
    if (isTool(tool)) return
    const found = isPromise(tool)
      ? 'a promise, so await it first'
      : Array.isArray(tool)
        ? 'a list, so spread it'
        : 'no tool'
    throw new TypeError(
      `item ${i} of the list of createToolProvider is ${found}; pass what defineTool({ … }) returned`,
    )
  })
  return [...given]
}

function isTool(tool: unknown): boolean {
  if (!isRecord(tool)) return false
  const { definition, call, visible } = tool
  return isRecord(definition) && typeof call === 'function' && typeof visible === 'function'
}

/** How many different lists are kept: members who see the same share one. */
const KEPT_LISTS = 100

function createList<Extra>(tools: readonly Tool<Extra>[]): ToolsAdapter<Extra>['list'] {
  const asked = tools.filter(({ visible }) => visible !== toEverybody)
  const lists = new LRUCache<string, readonly ToolDefinition[]>({ max: KEPT_LISTS })
  return async function list(context: MemberContext<Extra>) {
    const hidden = new Set(asked.filter((tool) => !tool.visible(context)))
    // The answers of the tools' own predicates, in order, and nothing else decide which list it is.
    const answers = asked.map((tool) => (hidden.has(tool) ? 'n' : 'y')).join('')
    const known = lists.get(answers)
    if (known !== undefined) return known
    const shown = tools.filter((tool) => !hidden.has(tool)).map(({ definition }) => definition)
    const list: readonly ToolDefinition[] = Object.freeze(shown)
    lists.set(answers, list)
    return list
  }
}

function createEvaluate<Extra>(
  byName: ReadonlyMap<string, Tool<Extra>>,
  fallback: NonNullable<ToolProviderOptions<Extra>['fallback']>,
): PolicyAdapter<Extra>['evaluate'] {
  return async function evaluate(question) {
    const tool = byName.get(question.tool.name)
    if (tool === undefined) return fallback(question)
    const { approval } = tool
    if (typeof approval === 'function') return approval(question)
    return { verdict: approval === 'none' ? 'allow' : approval }
  }
}

function denyUnknown({ tool }: ApprovalQuestion): ApprovalVerdict {
  return tool.name.startsWith('agent.')
    ? { verdict: 'allow' }
    : { verdict: 'deny', reason: 'this tool has no approval rule' }
}
