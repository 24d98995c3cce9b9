/** Tells which members of arguments a schema does not know. */

import { isJsonObject, isRecord } from '../foundation/json/guards.js'
import type { JsonObject, JsonValue } from '../foundation/json/json.js'

type Schema = Readonly<Record<string, unknown>>

/** Keywords by which further members of an object may be meant. JSON Schema 2020-12, core, section 10. */
const MORE = [
  '$ref',
  '$dynamicRef',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'not',
  'additionalProperties',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
]

/**
 * The arguments without members that the schema has no word of, also in objects and lists within them; the very same object where that takes
 * none away, or cannot be told.
 */
export function knownKeys(schema: Schema, args: JsonObject): JsonObject {
  const { properties } = schema
  if (!isRecord(properties) || saysMore(schema)) return args
  const entries = Object.entries(args)
  const kept = entries
    .filter(([key]) => Object.hasOwn(properties, key))
    .map(([key, value]) => [key, knownIn(properties[key], value)] as const)
  const same = kept.length === entries.length && kept.every(([key, value]) => value === args[key])
  return same ? args : Object.fromEntries(kept)
}

function saysMore(schema: Schema): boolean {
  return MORE.some((keyword) => Object.hasOwn(schema, keyword))
}

function knownIn(schema: unknown, value: JsonValue): JsonValue {
  if (!isRecord(schema)) return value
  if (isJsonObject(value)) return knownKeys(schema, value)
  const { items, prefixItems } = schema
  if (!Array.isArray(value) || !isRecord(items) || prefixItems !== undefined || saysMore(schema)) return value
  const kept = value.map((item) => knownIn(items, item))
  return kept.every((item, i) => item === value[i]) ? value : kept
}
