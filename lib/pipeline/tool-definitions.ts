/** Checks what `tools.list` gave: one bad definition is left out and reported, the rest keep working. */

import type { ToolDefinition } from '../adapters/tools.js'
import { paramHeadersOf } from '../param-headers.js'

const NAME = /^[A-Za-z0-9_.-]{1,128}$/

const TASK_SUPPORT: ReadonlySet<string> = new Set(['forbidden', 'optional', 'required'])

export interface ToolCheck {
  /** Built-in tools, whose names are taken. */
  readonly reserved: readonly ToolDefinition[]
  /** Frozen definitions that were checked before: they cannot have changed. */
  readonly checked: WeakSet<ToolDefinition>
  readonly report: (problem: Error) => void
}

/** The host's tools without malformed, repeated or reserved ones. */
export function usableTools(
  listed: readonly ToolDefinition[],
  { reserved, checked, report }: ToolCheck,
): readonly ToolDefinition[] {
  const taken = new Set(reserved.map(({ name }) => name))
  return listed.filter((tool) => {
    const known = typeof tool === 'object' && tool !== null && checked.has(tool) && !taken.has(tool.name)
    const problem = known ? null : problemOf(tool, taken)
    if (problem !== null) {
      report(new TypeError(`tools.list gave a tool that is left out: ${problem}`))
      return false
    }
    taken.add(tool.name)
    if (Object.isFrozen(tool) && Object.isFrozen(tool.inputSchema)) checked.add(tool)
    return true
  })
}

function problemOf(tool: ToolDefinition, taken: ReadonlySet<string>): string | null {
  if (typeof tool !== 'object' || tool === null) return 'it is no object'
  if (typeof tool.name !== 'string' || !NAME.test(tool.name))
    return 'its name must be 1 to 128 letters, digits, "_", "-" or "."'
  if (taken.has(tool.name)) return `the name ${tool.name} is already taken`
  if (typeof tool.description !== 'string') return `${tool.name} has no description`
  if (!isObjectSchema(tool.inputSchema)) return `the inputSchema of ${tool.name} must have root type "object"`
  if (tool.outputSchema !== undefined && !isObjectSchema(tool.outputSchema)) {
    return `the outputSchema of ${tool.name} must have root type "object"`
  }
  if (
    tool.scopes !== undefined &&
    !(Array.isArray(tool.scopes) && tool.scopes.every((scope) => typeof scope === 'string'))
  ) {
    return `the scopes of ${tool.name} must be a list of strings`
  }
  if (
    tool.timeoutMs !== undefined &&
    !(Number.isSafeInteger(tool.timeoutMs) && tool.timeoutMs > 0 && tool.timeoutMs < 2 ** 31)
  ) {
    return `the timeoutMs of ${tool.name} must be a positive whole number`
  }
  if (tool.taskSupport !== undefined && !TASK_SUPPORT.has(tool.taskSupport))
    return `the taskSupport of ${tool.name} must be "forbidden", "optional" or "required"`
  return headerProblem(tool)
}

/** Clients of 2026 drop a tool whose declarations are wrong; here somebody is told. */
function headerProblem({ name, inputSchema }: ToolDefinition): string | null {
  try {
    paramHeadersOf(inputSchema)
    return null
  } catch (error) {
    return `in the inputSchema of ${name}, ${error instanceof Error ? error.message : 'x-mcp-header is wrong'}`
  }
}

/** MCP 2025-11-25, server/tools, Tool: both schemas are object schemas. */
function isObjectSchema(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'object'
}
