/** Tells which members of arguments a schema does not know. */

import type { JsonObject } from '../adapters/json.js'
import { isRecord } from '../json-guards.js'

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

/** The arguments without members that the schema has no word of; the very same object where that takes none away, or cannot be told. */
export function knownKeys(schema: Readonly<Record<string, unknown>>, args: JsonObject): JsonObject {
  const { properties } = schema
  if (!isRecord(properties) || MORE.some((keyword) => Object.hasOwn(schema, keyword))) return args
  const kept = Object.entries(args).filter(([key]) => Object.hasOwn(properties, key))
  return kept.length === Object.keys(args).length ? args : Object.fromEntries(kept)
}
