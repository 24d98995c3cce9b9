/** Removes members from arguments that the JSON Schema does not declare. */

import { isJsonObject, isRecord } from '../foundation/json/guards.js'
import type { JsonObject, JsonValue } from '../foundation/json/json.js'

type Schema = Readonly<Record<string, unknown>>

/** Keywords that may declare members beside `properties`, so that it is not known which are declared. JSON Schema 2020-12, core, section 10. */
const OPEN_KEYWORDS = [
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
 * The arguments without undeclared members, also in nested objects and lists. Gives the same object if nothing is removed, or if the schema does
 * not say which members are declared.
 */
export function knownKeys(schema: Schema, args: JsonObject): JsonObject {
  const { properties } = schema
  if (!isRecord(properties) || hasOpenKeyword(schema)) return args
  const entries = Object.entries(args)
  const kept = entries
    .filter(([key]) => Object.hasOwn(properties, key))
    .map(([key, value]) => [key, knownIn(properties[key], value)] as const)
  const same = kept.length === entries.length && kept.every(([key, value]) => value === args[key])
  return same ? args : Object.fromEntries(kept)
}

function hasOpenKeyword(schema: Schema): boolean {
  return OPEN_KEYWORDS.some((keyword) => Object.hasOwn(schema, keyword))
}

function knownIn(schema: unknown, value: JsonValue): JsonValue {
  if (!isRecord(schema)) return value
  if (isJsonObject(value)) return knownKeys(schema, value)
  const { items, prefixItems } = schema
  if (!Array.isArray(value) || !isRecord(items) || prefixItems !== undefined || hasOpenKeyword(schema))
    return value
  const kept = value.map((item) => knownIn(items, item))
  return kept.every((item, i) => item === value[i]) ? value : kept
}
