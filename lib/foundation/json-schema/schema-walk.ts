/** Walks JSON Schemas: which parts of one are schemas themselves, and how many there are. */

import { isRecord } from '../json/guards.js'
import type { JsonObject, JsonValue } from '../json/json.js'

/** Keywords whose value is data, whatever it looks like. */
const DATA: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'example', 'required'])
/** Keywords whose value holds a schema for each name. */
const NAMED: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
])

/**
 * A copy of the schema in which each schema, the innermost first, is what `change` gives for it. Objects under unknown keywords are
 * taken for schemas, since a `$ref` may lead there.
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

/** All schemas in this schema, itself first. */
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

/** What a `$ref` within the same document leads to, `undefined` where it leads nowhere or out of it. RFC 6901, section 6. */
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

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return isRecord(value)
}

/** Unlike an assignment, this makes a member named `__proto__` a member like any other. */
function fromEntries(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries)
}
