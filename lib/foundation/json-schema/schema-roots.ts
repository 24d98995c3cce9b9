/** Whether a schema describes an object, which the arguments and the structured content of a tool always are. */

import type { JsonObject, JsonValue } from '../json/json.js'
import { isObject, resolveLocal } from './schema-walk.js'

/**
 * MCP 2025-11-25, server/tools, Tool: both schemas are object schemas. One without `type` is taken where it has properties or where
 * all its alternatives are objects; it is listed with the type.
 */
export function describesObject(schema: unknown): schema is JsonObject {
  return isSchema(schema) && leadsToObject(schema, schema, 0)
}

/** A circle of references is found by the compiler; here it only must end. */
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
