/**
 * Reads `x-mcp-header` from input schemas: arguments that clients of 2026-07-28 repeat in headers. MCP 2026-07-28,
 * basic/transports/streamable-http.
 */

import { isRecord } from '../json/guards.js'

/** One argument that clients repeat in a header. */
export interface ParamHeader {
  /** Property names from the root of the arguments. */
  readonly path: readonly string[]
  /** The header name after `Mcp-Param-`. */
  readonly header: string
  /** The JSON Schema type of the argument. */
  readonly type: 'string' | 'integer' | 'boolean'
}

const KEYWORD = 'x-mcp-header'
/** A token. RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

const read = new WeakMap<object, readonly ParamHeader[]>()

/** The declarations of a schema. Throws a TypeError for an invalid one, since clients drop a tool that has one. */
export function paramHeadersOf(schema: unknown): readonly ParamHeader[] {
  const known = isRecord(schema) ? read.get(schema) : undefined
  if (known !== undefined) return known
  const found = reachable(schema, [])
  if (found.length !== countAll(schema)) {
    throw new TypeError(`${KEYWORD} may only stand on properties that are reached through "properties" alone`)
  }
  if (new Set(found.map(({ header }) => header.toLowerCase())).size !== found.length) {
    throw new TypeError(`${KEYWORD} names must differ, whatever their case`)
  }
  // A frozen schema is taken to be frozen all through.
  if (isRecord(schema) && Object.isFrozen(schema)) read.set(schema, found)
  return found
}

function reachable(schema: unknown, path: readonly string[]): readonly ParamHeader[] {
  const properties = isRecord(schema) ? schema['properties'] : undefined
  if (!isRecord(properties)) return []
  return Object.entries(properties).flatMap(([name, property]) => {
    const here = [...path, name]
    const own = isRecord(property) && Object.hasOwn(property, KEYWORD) ? [declaration(property, here)] : []
    return [...own, ...reachable(property, here)]
  })
}

function declaration(property: Readonly<Record<string, unknown>>, path: readonly string[]): ParamHeader {
  const { [KEYWORD]: header, type } = property
  if (typeof header !== 'string' || !TOKEN.test(header))
    throw new TypeError(`${KEYWORD} of ${path.join('.')} must be a header token`)
  if (type !== 'string' && type !== 'integer' && type !== 'boolean') {
    throw new TypeError(`${KEYWORD} of ${path.join('.')} needs type string, integer or boolean`)
  }
  return { path, header, type }
}

/** How often the keyword occurs in the schema. A property of that name is not the keyword, but its schema may contain the keyword. */
function countAll(node: unknown, inProperties = false): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, item) => sum + countAll(item), 0)
  if (!isRecord(node)) return 0
  const own = !inProperties && Object.hasOwn(node, KEYWORD) ? 1 : 0
  return Object.entries(node).reduce(
    (sum, [key, value]) => sum + countAll(value, !inProperties && key === 'properties'),
    own,
  )
}
