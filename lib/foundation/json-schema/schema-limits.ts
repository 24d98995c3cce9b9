/** Refuses schemas that no value could be checked with: too large, cyclic as objects, or with references that lead in a circle. */

import type { JsonObject, JsonValue } from '../json/json.js'
import { isObject, resolveLocal, schemasIn } from './schema-walk.js'

/** Bounds on one schema, so that a hostile or broken one costs little. MCP 2026-07-28, basic, JSON Schema Usage. */
const MAX_NODES = 10_000
const MAX_DEPTH = 64

/** Throws a TypeError for more than 10,000 objects and lists, or more than 64 inside each other; a cycle is among those. */
export function assertBounded(schema: object): void {
  let nodes = 0
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return
    nodes += 1
    if (depth > MAX_DEPTH || nodes > MAX_NODES)
      throw new TypeError(
        `it is too large or nested too deep; use at most ${MAX_NODES} objects and lists, at most ${MAX_DEPTH} inside each other, and "$ref" for what repeats itself`,
      )
    for (const item of Object.values(value)) visit(item, depth + 1)
  }
  visit(schema, 0)
}

/** Throws a TypeError for a `$ref` that comes back to its own schema without looking at a part of the value. 2020-12, core, 9.4.1. */
export function assertEnds(root: JsonObject): void {
  const schemas = schemasIn(root)
  // A part with an address of its own is the root of its own references.
  if (schemas.some((schema) => schema !== root && typeof schema['$id'] === 'string')) return
  const ended = new Set<JsonObject>()
  const open = new Set<JsonObject>()
  const visit = (schema: JsonObject): void => {
    if (ended.has(schema)) return
    if (open.has(schema))
      throw new TypeError(
        'its "$ref"s lead in a circle that no value ends; refer to a schema of a part, such as a property',
      )
    open.add(schema)
    for (const next of samePlace(root, schema)) visit(next)
    open.delete(schema)
    ended.add(schema)
  }
  for (const schema of schemas) visit(schema)
}

/** The schemas that look at the same value as this one. */
function samePlace(root: JsonObject, schema: JsonObject): readonly JsonObject[] {
  const { $ref, allOf, anyOf, oneOf, not, if: condition, then, else: otherwise } = schema
  const lists = [allOf, anyOf, oneOf].flatMap((list): readonly JsonValue[] =>
    Array.isArray(list) ? list : [],
  )
  return [resolveLocal(root, $ref), ...lists, not, condition, then, otherwise].filter(isObject)
}
