/** The tools that the library itself brings, each present when its adapter can serve it. */

import type { Adapters } from '../../adapters/adapters.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { GET_APPROVAL, READ_MEMORY, UPDATE_MEMORY } from './built-in-definitions.js'

const READ_ONLY = Object.freeze([READ_MEMORY, GET_APPROVAL])
const ALL = Object.freeze([UPDATE_MEMORY, READ_MEMORY, GET_APPROVAL])

/** Built-in tools that only read: `evaluate` is not asked about them, as it is not asked about resources. */
export const NEVER_ASKS: ReadonlySet<string> = new Set(READ_ONLY.map(({ name }) => name))

export function builtInTools(adapters: Adapters): readonly ToolDefinition[] {
  return adapters.memory.update === undefined ? READ_ONLY : ALL
}
