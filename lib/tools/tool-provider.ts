/** Makes a tools adapter from a list of defined tools. */

import { LRUCache } from 'lru-cache'
import { assertKnownOptions } from '../adapter-kit/known-options.js'
import type { ApprovalQuestion, ApprovalVerdict, PolicyAdapter } from '../adapters/policy.js'
import type { MemberContext } from '../adapters/principal.js'
import type { ToolDefinition, ToolsAdapter } from '../adapters/tools.js'
import { isRecord } from '../foundation/json/guards.js'
import { isPromise } from '../foundation/json/host-values.js'
import { assertOptions, nameHere } from './check-options.js'
import { type Tool, visibleToAll } from './define-tool.js'

/**
 * A tools adapter that is also a policy: its `evaluate` applies the `approval` of the tools, unless the host has `adapters.policy`. To change
 * a method and keep the policy, spread the provider: `{ ...provider, list }`. `Extra`: see `Member`.
 */
export interface ToolProvider<Extra = unknown> extends ToolsAdapter<Extra>, PolicyAdapter<Extra> {
  /**
   * Gives the verdict of the tool's `approval`. For tools that are not in this provider, such as the library's built-in ones, `fallback` gives it.
   */
  evaluate(question: ApprovalQuestion<Extra>): Promise<ApprovalVerdict>
  /** `true` if a tool has an `approval` other than `none`, or the host gave a `fallback`. Then the host needs an approvals adapter. */
  readonly needsApprovals: boolean
}

/** Options of `createToolProvider`. */
export interface ToolProviderOptions<Extra = unknown> {
  /**
   * Gives the verdict for tools that are not in this provider: tools that a host adds to the list of this provider, and the built-in `agent.*`
   * tools. It is not asked about built-in tools that only read. Default: allows names that begin with `agent.` and denies all others, so that a
   * tool without a rule does not run. A fallback may require approvals, so with one the host needs an approvals adapter.
   */
  readonly fallback?: (question: ApprovalQuestion<Extra>) => ApprovalVerdict | Promise<ApprovalVerdict>
}

/**
 * Makes the provider. Lists keep the order of `given`. Throws a TypeError if two tools have one name, or an item is not a tool.
 *
 * @example
 * const tools = createToolProvider([
 *   defineTool({ name: 'ping', description: 'Answers pong.', input: z.object({}), run: () => 'pong' }),
 * ])
 * app.use('/api', createAllvMcpRouter({ adapters: { ...stores, tools }, secret }))
 */
export function createToolProvider<Extra = unknown>(
  given: readonly Tool<Extra>[],
  options: ToolProviderOptions<Extra> = {},
): ToolProvider<Extra> {
  const tools = toolsOf(given)
  assertOptions(options, 'createToolProvider', '[tools], { fallback? }')
  assertKnownOptions(options, ['fallback'], 'a tool provider', nameHere)
  const { fallback = denyUnknown } = options
  if (typeof fallback !== 'function')
    throw new TypeError('option fallback of a tool provider must be a function that gives a verdict')
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

/** Throws a TypeError if an item is not a tool. */
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

/** How many lists are cached. Members who see the same tools share a list. */
const MAX_CACHED_LISTS = 100

function createList<Extra>(tools: readonly Tool<Extra>[]): ToolsAdapter<Extra>['list'] {
  const restricted = tools.filter(({ visible }) => visible !== visibleToAll)
  const lists = new LRUCache<string, readonly ToolDefinition[]>({ max: MAX_CACHED_LISTS })
  return async function list(context: MemberContext<Extra>) {
    const hidden = new Set(restricted.filter((tool) => !tool.visible(context)))
    // Only the results of the predicates decide which list it is, so they are the key of the cache.
    const answers = restricted.map((tool) => (hidden.has(tool) ? 'n' : 'y')).join('')
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
