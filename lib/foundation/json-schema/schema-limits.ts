/** Refuses schemas that cannot be used for checks: too large, cyclic as objects, or with cyclic references. */

import type { JsonObject, JsonValue } from '../json/json.js'
import { isObject, resolveLocal, schemasIn } from './schema-walk.js'

/** Limits of one schema, so that a hostile or faulty one costs little. MCP 2026-07-28, basic, JSON Schema Usage. */
const MAX_NODES = 10_000
const MAX_DEPTH = 64

/** Throws a TypeError for more than 10,000 objects and arrays, or more than 64 levels. A cycle of objects exceeds both. */
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

/** Throws a TypeError for a `$ref` that leads back to its own schema for the same value. JSON Schema 2020-12, core, section 9.4.1. */
export function assertNoReferenceCycle(root: JsonObject): void {
  const schemas = schemasIn(root)
  // A part with its own `$id` is the base of its own references, which this check does not follow.
  if (schemas.some((schema) => schema !== root && typeof schema['$id'] === 'string')) return
  const finished = new Set<JsonObject>()
  const open = new Set<JsonObject>()
  const visit = (schema: JsonObject): void => {
    if (finished.has(schema)) return
    if (open.has(schema))
      throw new TypeError(
        'its "$ref"s lead in a circle, so that no check would end; refer to a schema of a part, such as a property',
      )
    open.add(schema)
    for (const next of schemasOfSameValue(root, schema)) visit(next)
    open.delete(schema)
    finished.add(schema)
  }
  for (const schema of schemas) visit(schema)
}

/** The schemas that check the same value as this one. */
function schemasOfSameValue(root: JsonObject, schema: JsonObject): readonly JsonObject[] {
  const { $ref, allOf, anyOf, oneOf, not, if: condition, then, else: otherwise } = schema
  const lists = [allOf, anyOf, oneOf].flatMap((list): readonly JsonValue[] =>
    Array.isArray(list) ? list : [],
  )
  return [resolveLocal(root, $ref), ...lists, not, condition, then, otherwise].filter(isObject)
}
