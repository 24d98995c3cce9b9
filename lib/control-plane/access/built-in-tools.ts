/** Selects the built-in tools that the adapters of a host can serve. */

import type { Adapters } from '../../adapters/adapters.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { GET_APPROVAL, READ_MEMORY, UPDATE_MEMORY } from './built-in-definitions.js'

/** Built-in tools that only read. They need no approval, as reading resources needs none, so the policy is not called. */
export const NEVER_ASKS: ReadonlySet<string> = new Set([READ_MEMORY.name, GET_APPROVAL.name])

/** The built-in tools that these adapters can serve, in a fixed order. */
export function builtInTools({ memory, approvals }: Adapters): readonly ToolDefinition[] {
  return [
    ...(memory?.update === undefined ? [] : [UPDATE_MEMORY]),
    ...(memory === undefined ? [] : [READ_MEMORY]),
    ...(approvals === undefined ? [] : [GET_APPROVAL]),
  ]
}
