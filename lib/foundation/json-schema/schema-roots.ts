/** Tells whether a schema describes an object. The arguments and the structured content of a tool are always objects. */

import type { JsonObject, JsonValue } from '../json/json.js'
import { isObject, resolveLocal } from './schema-walk.js'

/**
 * Whether a schema describes an object. MCP 2025-11-25, server/tools, Tool: both schemas are object schemas. A schema without `type` counts
 * if it has properties or if all its alternatives are objects. It is listed with the type.
 */
export function describesObject(schema: unknown): schema is JsonObject {
  return isSchema(schema) && leadsToObject(schema, schema, 0)
}

/** Levels. Cyclic references are refused elsewhere; here the search must only end. */
const MAX_DEPTH = 64

function leadsToObject(root: JsonObject, schema: JsonObject, depth: number): boolean {
  const { type, $ref, allOf } = schema
  if (type !== undefined) return type === 'object' || (Array.isArray(type) && type.includes('object'))
  if (depth > MAX_DEPTH) return false
  const leads = (part: JsonValue) => isObject(part) && leadsToObject(root, part, depth + 1)
  const target = resolveLocal(root, $ref)
  return (
    isObject(schema['properties']) ||
    (target !== undefined && leads(target)) ||
    (Array.isArray(allOf) && allOf.some(leads)) ||
    [schema['anyOf'], schema['oneOf']].some(
      (list) => Array.isArray(list) && list.length > 0 && list.every(leads),
    )
  )
}

function isSchema(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
