/** The tools that the library itself brings, each present when its adapter can serve it. */

import type { Adapters } from '../../adapters/adapters.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { GET_APPROVAL, READ_MEMORY, UPDATE_MEMORY } from './built-in-definitions.js'

/** Built-in tools that only read: the policy is not asked about them, as it is not asked about resources. */
export const NEVER_ASKS: ReadonlySet<string> = new Set([READ_MEMORY.name, GET_APPROVAL.name])

/** Those that these adapters can serve, in a fixed order. */
export function builtInTools({ memory, approvals }: Adapters): readonly ToolDefinition[] {
  return [
    ...(memory?.update === undefined ? [] : [UPDATE_MEMORY]),
    ...(memory === undefined ? [] : [READ_MEMORY]),
    ...(approvals === undefined ? [] : [GET_APPROVAL]),
  ]
}
