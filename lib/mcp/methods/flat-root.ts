/**
 * Rewrites an input schema so that its root has `type` and `properties`, since model providers refuse a root that is only `anyOf`. It merges
 * alternatives: the properties of any of them, the requirements of all of them, and the other conditions as text in the description.
 */

import type { JsonObject, JsonValue } from '../../foundation/json/json.js'
import { isObject, resolveLocal } from '../../foundation/json-schema/schema-walk.js'
import { cut } from '../../foundation/text/text.js'

const COMBINED = [
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'enum',
  'const',
  'if',
  'then',
  'else',
  '$ref',
  'dependentSchemas',
] as const
/** A `$ref` into a part that the listed schema does not have. */
const INTO_COMBINED = /"\$ref":"#\/(?:anyOf|oneOf|allOf|not|if|then|else|dependentSchemas)\//
const MOST_SCHEMA_TEXT = 300

/** The schema as it is listed. Calls are checked against the original schema. */
export function flatRoot(schema: JsonObject): JsonObject {
  // A root with properties stays as it is, with all other keywords: MCP allows all of JSON Schema 2020-12.
  if (schema['type'] === 'object' && isObject(schema['properties'])) return schema
  const combined = COMBINED.some((keyword) => schema[keyword] !== undefined)
  if (!combined || INTO_COMBINED.test(JSON.stringify(schema))) return withObject(schema)
  const { properties, required } = flat(schema, schema, new Map())
  const rest = Object.fromEntries(
    Object.entries(schema).filter(([key]) => !COMBINED.some((keyword) => keyword === key)),
  )
  const description = [schema['description'], ...conditionsOf(schema)].filter(
    (text) => typeof text === 'string',
  )
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries([...properties].map(([name, variants]) => [name, eitherOf(variants)])),
    ...(required.size === 0 ? {} : { required: [...required] }),
    ...(description.length === 0 ? {} : { description: description.join(' ') }),
  }
}

function withObject(schema: JsonObject): JsonObject {
  return { ...schema, type: 'object', properties: isObject(schema['properties']) ? schema['properties'] : {} }
}

interface Flat {
  /** The schemas of a property, one for each alternative that has it. */
  readonly properties: ReadonlyMap<string, readonly JsonValue[]>
  readonly required: ReadonlySet<string>
}

const NOTHING: Flat = { properties: new Map(), required: new Set() }

/** Collects the properties and requirements of a schema. `seen` holds those visited before, so that each is visited once. */
function flat(root: JsonObject, schema: JsonObject, seen: Map<JsonObject, Flat>): Flat {
  const known = seen.get(schema)
  if (known !== undefined) return known
  seen.set(schema, NOTHING)
  const inner = (part: JsonValue | undefined) => (isObject(part) ? flat(root, part, seen) : NOTHING)
  const { properties, required, dependentSchemas } = schema
  const own: Flat = {
    properties: new Map(
      isObject(properties) ? Object.entries(properties).map(([name, part]) => [name, [part]]) : [],
    ),
    required: new Set(Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []),
  }
  const always = [resolveLocal(root, schema['$ref']), ...listOf(schema['allOf'])].map(inner)
  const sometimes = [listOf(schema['anyOf']), listOf(schema['oneOf'])].map((list) => list.map(inner))
  const conditional = [
    schema['then'],
    schema['else'],
    ...(isObject(dependentSchemas) ? Object.values(dependentSchemas) : []),
  ]
  const parts = [...always, ...sometimes.flat(), ...conditional.map(inner)]
  const found = {
    // A schema's own definition of a property holds in all alternatives, which can only narrow it.
    properties: new Map([...merged(parts), ...own.properties]),
    required: new Set([
      ...own.required,
      ...always.flatMap((part) => [...part.required]),
      ...sometimes.flatMap(shared),
    ]),
  }
  seen.set(schema, found)
  return found
}

function merged(parts: readonly Flat[]): ReadonlyMap<string, readonly JsonValue[]> {
  const all = new Map<string, readonly JsonValue[]>()
  for (const { properties } of parts)
    for (const [name, variants] of properties) all.set(name, [...(all.get(name) ?? []), ...variants])
  return all
}

function shared(parts: readonly Flat[]): readonly string[] {
  const [first, ...others] = parts
  return [...(first?.required ?? [])].filter((name) => others.every(({ required }) => required.has(name)))
}

function eitherOf(variants: readonly JsonValue[]): JsonValue {
  const different = [...new Map(variants.map((variant) => [JSON.stringify(variant), variant])).values()]
  const [only] = different
  if (only !== undefined && different.length === 1) return only
  const values = different.map(valuesOf)
  const types = new Set(different.map((variant) => (isObject(variant) ? (variant['type'] ?? null) : null)))
  const [type] = types
  if (values.some((list) => list === null)) return { anyOf: different }
  return {
    ...(types.size === 1 && typeof type === 'string' ? { type } : {}),
    enum: [...new Set(values.flatMap((list) => list ?? []))],
  }
}

function valuesOf(variant: JsonValue): readonly JsonValue[] | null {
  if (!isObject(variant)) return null
  if (variant['const'] !== undefined) return [variant['const']]
  const { enum: values } = variant
  return Array.isArray(values) ? values : null
}

/** Conditions as text for the model, since calls are checked against the original schema. */
function conditionsOf(schema: JsonObject): readonly string[] {
  const alternatives = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])].filter(isObject).map(namesOf)
  const { not, enum: values, const: value, if: condition } = schema
  return [
    ...(alternatives.length > 1 && alternatives.every((names) => names !== '')
      ? [`Give one of these sets of arguments: ${alternatives.join(' or ')}.`]
      : []),
    ...(values === undefined ? [] : [`The arguments must be one of ${schemaText(values)}.`]),
    ...(value === undefined ? [] : [`The arguments must be ${schemaText(value)}.`]),
    ...(not === undefined ? [] : [`The arguments must not fit ${schemaText(not)}.`]),
    ...(condition === undefined
      ? []
      : [
          `If they fit ${schemaText(condition)}, then also ${schemaText(schema['then'] ?? {})}, else ${schemaText(schema['else'] ?? {})}.`,
        ]),
  ]
}

function namesOf({ required, properties }: JsonObject): string {
  const names = Array.isArray(required) ? required : isObject(properties) ? Object.keys(properties) : []
  return names.length === 0 ? '' : `(${names.join(', ')})`
}

function schemaText(value: JsonValue): string {
  return cut(JSON.stringify(value), MOST_SCHEMA_TEXT)
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
