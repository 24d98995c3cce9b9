/** Checks the options of tools and tool providers when they are defined. Every error says how to correct the mistake. */

import { isToolName } from '../adapter-kit/tool-name.js'
import { MOST_TIMER_MS } from '../foundation/async/deadline.js'
import { isTextList } from '../foundation/json/guards.js'

const APPROVALS: readonly unknown[] = ['none', 'operator', 'member']
const TASK_SUPPORT: readonly unknown[] = ['forbidden', 'optional', 'required']

/** Throws a TypeError if `options` is not an object. */
export function assertOptions(options: unknown, what: string, shape: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`${what} needs an object: ${what}(${shape})`)
}

/** Names that other libraries give to these options. An error suggests the right name. */
const NAMES_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['inputSchema', 'input'],
  ['parameters', 'input'],
  ['schema', 'input'],
  ['outputSchema', 'output'],
  ['execute', 'run'],
  ['handler', 'run'],
  ['call', 'run'],
  ['cb', 'run'],
  ['timeout', 'timeoutMs'],
])

/** The option that has another name in other libraries. */
export function nameHere(given: string, known: readonly string[]): string | undefined {
  const name = NAMES_ELSEWHERE.get(given)
  return name !== undefined && known.includes(name) ? name : undefined
}

/** Throws a TypeError for an invalid option of `defineTool`. The schemas are checked elsewhere. */
export function assertToolOptions(options: {
  readonly name: unknown
  readonly title?: unknown
  readonly description: unknown
  readonly scopes?: unknown
  readonly timeoutMs?: unknown
  readonly taskSupport?: unknown
  readonly approval?: unknown
  readonly visible?: unknown
  readonly run: unknown
}): void {
  const { name, title, description, scopes, timeoutMs, approval, visible, run } = options
  if (typeof name !== 'string' || !isToolName(name)) {
    throw new TypeError(
      `the tool name ${JSON.stringify(name)} must be 1 to 128 letters, digits, "_", "-" or "."`,
    )
  }
  if (typeof description !== 'string' || description === '')
    throw new TypeError(`the tool ${name} needs a description`)
  if (title !== undefined && typeof title !== 'string')
    throw new TypeError(`the title of the tool ${name} must be a text`)
  if (typeof run !== 'function') throw new TypeError(`the tool ${name} needs a function run(args, { … })`)
  if (visible !== undefined && typeof visible !== 'function')
    throw new TypeError(`visible of the tool ${name} must be a function of the member context`)
  if (approval !== undefined && typeof approval !== 'function' && !APPROVALS.includes(approval))
    throw new TypeError(
      `approval of the tool ${name} must be 'none', 'operator', 'member' or a function that gives a verdict`,
    )
  if (timeoutMs !== undefined && !isTimeout(timeoutMs))
    throw new TypeError(`timeoutMs of the tool ${name} must be a whole number from 1 to ${MOST_TIMER_MS}`)
  const { taskSupport } = options
  if (taskSupport !== undefined && !TASK_SUPPORT.includes(taskSupport))
    throw new TypeError(`taskSupport of the tool ${name} must be 'forbidden', 'optional' or 'required'`)
  if (scopes !== undefined && !isTextList(scopes))
    throw new TypeError(`scopes of the tool ${name} must be a list of scope names`)
}

function isTimeout(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST_TIMER_MS
}
