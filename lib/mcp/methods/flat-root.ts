/**
 * An input schema whose root is an object that names its properties. Where only alternatives name them, they are merged: all properties that any
 * of them knows, the requirements that all of them share, and the rest in words. Model providers refuse `anyOf` without `type` and `properties`.
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
/** A reference into a part that would not be listed. */
const INTO_COMBINED = /"\$ref":"#\/(?:anyOf|oneOf|allOf|not|if|then|else|dependentSchemas)\//
const MOST_WORDS = 300

export function flatRoot(schema: JsonObject): JsonObject {
  // An object that names its properties is listed as it is, whatever stands beside them: clients are promised all of 2020-12.
  if (schema['type'] === 'object' && isObject(schema['properties'])) return schema
  const combined = COMBINED.some((keyword) => schema[keyword] !== undefined)
  if (!combined || INTO_COMBINED.test(JSON.stringify(schema))) return withObject(schema)
  const { properties, required } = flat(schema, schema, new Map())
  const rest = Object.fromEntries(
    Object.entries(schema).filter(([key]) => !COMBINED.some((keyword) => keyword === key)),
  )
  const words = [schema['description'], ...conditionsOf(schema)].filter((text) => typeof text === 'string')
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries([...properties].map(([name, variants]) => [name, eitherOf(variants)])),
    ...(required.size === 0 ? {} : { required: [...required] }),
    ...(words.length === 0 ? {} : { description: words.join(' ') }),
  }
}

function withObject(schema: JsonObject): JsonObject {
  return { ...schema, type: 'object', properties: isObject(schema['properties']) ? schema['properties'] : {} }
}

interface Flat {
  /** What each alternative says of a property. */
  readonly properties: ReadonlyMap<string, readonly JsonValue[]>
  readonly required: ReadonlySet<string>
}

const NOTHING: Flat = { properties: new Map(), required: new Set() }

/** `seen`: what is referred to from many places is looked at once. */
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
  const perhaps = [
    schema['then'],
    schema['else'],
    ...(isObject(dependentSchemas) ? Object.values(dependentSchemas) : []),
  ]
  const parts = [...always, ...sometimes.flat(), ...perhaps.map(inner)]
  const found = {
    // What a schema says of a property itself is narrowed by its alternatives, so it holds for all of them.
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

/** In words, for the model: the check behind the list asks for all of it. */
function conditionsOf(schema: JsonObject): readonly string[] {
  const alternatives = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])].filter(isObject).map(namesOf)
  const { not, enum: values, const: value, if: condition } = schema
  return [
    ...(alternatives.length > 1 && alternatives.every((names) => names !== '')
      ? [`Give one of these sets of arguments: ${alternatives.join(' or ')}.`]
      : []),
    ...(values === undefined ? [] : [`The arguments must be one of ${written(values)}.`]),
    ...(value === undefined ? [] : [`The arguments must be ${written(value)}.`]),
    ...(not === undefined ? [] : [`The arguments must not fit ${written(not)}.`]),
    ...(condition === undefined
      ? []
      : [
          `If they fit ${written(condition)}, then also ${written(schema['then'] ?? {})}, else ${written(schema['else'] ?? {})}.`,
        ]),
  ]
}

function namesOf({ required, properties }: JsonObject): string {
  const names = Array.isArray(required) ? required : isObject(properties) ? Object.keys(properties) : []
  return names.length === 0 ? '' : `(${names.join(', ')})`
}

function written(value: JsonValue): string {
  return cut(JSON.stringify(value), MOST_WORDS)
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
