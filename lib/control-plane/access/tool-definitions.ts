/** Checks the tools that `tools.list` returns. A bad definition is left out and reported, the others stay. */

import { isToolName } from '../../adapter-kit/tool-name.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { MOST_TIMER_MS } from '../../foundation/async/deadline.js'
import { withoutNulls } from '../../foundation/json/host-values.js'
import { describesObject } from '../../foundation/json-schema/schema-roots.js'
import type { SchemaValidator } from '../../foundation/json-schema/schema-validator.js'
import { paramHeadersOf } from '../../foundation/json-schema/x-mcp-header.js'

const TASK_SUPPORT: ReadonlySet<string> = new Set(['forbidden', 'optional', 'required'])
const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const

/** What the check of a tool list needs. */
export interface ToolCheck {
  /** Built-in tools, whose names are reserved. */
  readonly reserved: readonly ToolDefinition[]
  /** Frozen definitions that were checked before and cannot have changed. */
  readonly checked: WeakSet<ToolDefinition>
  /** Compiles the schemas. */
  readonly schemas: SchemaValidator
  /** Receives each problem. */
  readonly report: (problem: Error) => void
}

/** The host's tools, without malformed, repeated and reserved ones. A member that is `null` counts as absent. */
export function usableTools(
  listed: readonly ToolDefinition[],
  { reserved, checked, schemas, report }: ToolCheck,
): readonly ToolDefinition[] {
  const taken = new Set(reserved.map(({ name }) => name))
  return listed.flatMap((given) => {
    if (isObject(given) && checked.has(given) && !taken.has(given.name)) {
      taken.add(given.name)
      return [given]
    }
    const tool = isObject(given) ? withoutNulls(given) : given
    const problem = problemOf(tool, taken, schemas)
    if (problem !== null) {
      report(new TypeError(`tools.list gave a tool that is left out: ${problem}`))
      return []
    }
    taken.add(tool.name)
    if (Object.isFrozen(tool) && Object.isFrozen(tool.inputSchema)) checked.add(tool)
    return [tool]
  })
}

function isObject(tool: ToolDefinition): boolean {
  return typeof tool === 'object' && tool !== null
}

function problemOf(
  tool: ToolDefinition,
  taken: ReadonlySet<string>,
  schemas: SchemaValidator,
): string | null {
  if (!isObject(tool)) return 'it is not an object'
  const { name } = tool
  if (typeof name !== 'string' || !isToolName(name))
    return 'its name must be 1 to 128 letters, digits, "_", "-" or "."'
  if (taken.has(name)) return `the name ${name} is already taken`
  if (typeof tool.description !== 'string') return `${name} has no description`
  return (
    memberProblem(tool) ??
    schemaProblem(schemas, tool.inputSchema, `the inputSchema of ${name}`) ??
    (tool.outputSchema === undefined
      ? null
      : schemaProblem(schemas, tool.outputSchema, `the outputSchema of ${name}`)) ??
    headerProblem(tool)
  )
}

function memberProblem({
  name,
  title,
  annotations,
  scopes,
  timeoutMs,
  taskSupport,
}: ToolDefinition): string | null {
  if (title !== undefined && typeof title !== 'string') return `the title of ${name} must be a text`
  if (annotations !== undefined && !areAnnotations(annotations))
    return `the annotations of ${name} must be an object whose hints are true or false`
  if (
    scopes !== undefined &&
    !(Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string'))
  ) {
    return `the scopes of ${name} must be a list of strings`
  }
  if (
    timeoutMs !== undefined &&
    !(Number.isSafeInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= MOST_TIMER_MS)
  ) {
    return `the timeoutMs of ${name} must be a positive whole number`
  }
  if (taskSupport !== undefined && !TASK_SUPPORT.has(taskSupport))
    return `the taskSupport of ${name} must be "forbidden", "optional" or "required"`
  return null
}

function areAnnotations(annotations: NonNullable<ToolDefinition['annotations']>): boolean {
  return (
    typeof annotations === 'object' &&
    HINTS.every((hint) => typeof (annotations[hint] ?? false) === 'boolean')
  )
}

function schemaProblem(schemas: SchemaValidator, schema: unknown, what: string): string | null {
  if (!describesObject(schema)) return `${what} must have root type "object"`
  try {
    schemas.compile(schema)
    return null
  } catch (error) {
    return `${what} cannot be used: ${error instanceof Error ? error.message : 'it is not a JSON Schema'}`
  }
}

/** Clients of 2026-07-28 silently drop a tool with a wrong `x-mcp-header`. Here it is reported. */
function headerProblem({ name, inputSchema }: ToolDefinition): string | null {
  try {
    paramHeadersOf(inputSchema)
    return null
  } catch (error) {
    return `in the inputSchema of ${name}, ${error instanceof Error ? error.message : 'x-mcp-header is wrong'}`
  }
}
