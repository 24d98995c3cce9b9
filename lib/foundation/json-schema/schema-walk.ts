/** Walks JSON Schemas: finds, rewrites and resolves the schemas inside one. */

import { isRecord } from '../json/guards.js'
import type { JsonObject, JsonValue } from '../json/json.js'

/** Keywords whose value is data, also where it looks like a schema. */
const DATA: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'example', 'required'])
/** Keywords whose value maps names to schemas. */
const NAMED: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
])

/**
 * A copy in which `change` has replaced each schema, the innermost first. Objects under unknown keywords count as schemas, since a `$ref`
 * may lead there.
 */
export function mapSchema(schema: JsonObject, change: (node: JsonObject) => JsonObject): JsonObject {
  return change(
    fromEntries(
      Object.entries(schema).map(([key, value]) => {
        if (DATA.has(key)) return [key, value]
        if (NAMED.has(key) && isObject(value))
          return [
            key,
            fromEntries(Object.entries(value).map(([name, part]) => [name, mapValue(part, change)])),
          ]
        return [key, mapValue(value, change)]
      }),
    ),
  )
}

function mapValue(value: JsonValue, change: (node: JsonObject) => JsonObject): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapValue(item, change))
  return isObject(value) ? mapSchema(value, change) : value
}

/** All schemas inside this schema. The schema itself comes first. */
export function schemasIn(schema: JsonObject): readonly JsonObject[] {
  const found: JsonObject[] = [schema]
  const visit = (value: JsonValue): void => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (isObject(value)) found.push(...schemasIn(value))
  }
  for (const [key, value] of Object.entries(schema)) {
    if (DATA.has(key)) continue
    if (NAMED.has(key) && isObject(value)) Object.values(value).forEach(visit)
    else visit(value)
  }
  return found
}

/** The target of a `$ref` in the same document; `undefined` if it has none or is in another document. RFC 6901, section 6. */
export function resolveLocal(root: JsonObject, ref: JsonValue | undefined): JsonObject | undefined {
  if (ref === '#') return root
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return undefined
  let place: JsonValue | undefined = root
  for (const segment of ref.slice(2).split('/')) {
    const key = decoded(segment).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return undefined
    place = isObject(place) ? place[key] : place[Number(key)]
  }
  return isObject(place) ? place : undefined
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Whether a part of a schema is an object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return isRecord(value)
}

/** With an assignment, a member named `__proto__` would set the prototype. */
function fromEntries(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries)
}
