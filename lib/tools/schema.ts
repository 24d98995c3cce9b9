/** Compiles the schemas of tools: a Standard Schema with a JSON Schema form (zod 4.2 or later, and others), or plain JSON Schema. */

import type { StandardJSONSchemaV1, StandardSchemaV1, StandardTypedV1 } from '@standard-schema/spec'
import { carryReader } from '../foundation/json/arguments-reader.js'
import { deepFreeze } from '../foundation/json/deep-freeze.js'
import type { JsonObject } from '../foundation/json/json.js'
import { carryMade } from '../foundation/json/output-marks.js'
import { isPattern, withoutPatterns } from '../foundation/json-schema/patterns.js'
import { assertBounded } from '../foundation/json-schema/schema-limits.js'
import { describesObject } from '../foundation/json-schema/schema-roots.js'
import { compileCheck } from '../foundation/json-schema/schema-validator.js'
import { type Parse, type ParseResult, parseBy } from './parse.js'
import { createReader } from './reader.js'

/** A schema of a library that validates and has a JSON Schema form. https://standardschema.dev and https://standardschema.dev/json-schema */
export type TypedSchema = StandardSchemaV1 & StandardJSONSchemaV1
/** The schema of a tool's arguments or output: a typed schema of a library, or plain JSON Schema. */
export type ToolSchema = TypedSchema | JsonObject

/** The type of the arguments of `run`: the schema's output, or `JsonObject` for plain JSON Schema. */
export type Parsed<S extends ToolSchema> = S extends StandardTypedV1
  ? StandardTypedV1.InferOutput<S>
  : JsonObject
/** The type of what `run` returns: the schema's input, or `JsonObject` for plain JSON Schema. */
export type Accepted<S extends ToolSchema> = S extends StandardTypedV1
  ? StandardTypedV1.InferInput<S>
  : JsonObject

/** A checked schema. */
export interface CompiledSchema {
  /**
   * The JSON Schema: a deeply frozen copy, because definitions are cached. For a typed schema, the reader and the marks of its values are attached
   * to it, see `carryReader` and `carryMade`.
   */
  readonly jsonSchema: JsonObject
  /** Parses a value. */
  readonly parse: Parse
  /** For arguments: gives what `run` gets. See `TakingReader`. */
  take(args: JsonObject, approved: boolean): ParseResult | Promise<ParseResult>
  /** For outputs: the values that the schema has made, which need no second check. `null` for plain JSON Schema: the library checks with it. */
  readonly made: WeakSet<object> | null
}

/** Throws a TypeError for a schema that cannot be used, and says how to correct it. `side`: what the JSON Schema describes. */
export function compileSchema(schema: ToolSchema, side: 'input' | 'output', what: string): CompiledSchema {
  // Some libraries' schemas are functions.
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null)
    throw new TypeError(`${what} is no schema; pass a Standard Schema such as zod's, or plain JSON Schema`)
  if (!isTyped(schema))
    return { jsonSchema: plainSchema(schema, what), parse: asItIs, take: asItIs, made: null }
  const { validate } = schema['~standard']
  if (typeof validate !== 'function')
    throw new TypeError(`${what} is a schema that cannot validate; use a Standard Schema such as zod's`)
  // Clients send the input of an input schema. They get the output of an output schema, because results are parsed before they are sent.
  const described = describe(schema, side, what)
  const parse = parseBy(validate)
  const reader = createReader(parse, described)
  const made = new WeakSet<object>()
  const jsonSchema = derivedSchema(described, what, (copy) =>
    side === 'input' ? carryReader(copy, reader) : carryMade(copy, made),
  )
  return { jsonSchema, parse, take: reader.take, made }
}

function asItIs(value: unknown): ParseResult {
  return { value }
}

/** Other libraries take the fields of a zod object without the object. */
function isStandard(field: unknown): boolean {
  return typeof field === 'object' && field !== null && '~standard' in field
}

function isTyped(schema: ToolSchema): schema is TypedSchema {
  return '~standard' in schema
}

function describe(schema: TypedSchema, side: 'input' | 'output', what: string): Record<string, unknown> {
  const { jsonSchema } = schema['~standard']
  if (jsonSchema === undefined) {
    throw new TypeError(
      `${what} is a schema that has no JSON Schema form; use zod 4.2 or later, or pass plain JSON Schema`,
    )
  }
  try {
    // `$schema` names the default dialect. Without it every list of tools is shorter.
    const { $schema: _, ...described } = jsonSchema[side]({ target: 'draft-2020-12' })
    return described
  } catch (cause) {
    throw new TypeError(
      `${what} holds a type that JSON Schema cannot say (for example a date or a big integer); ${TEXT_FOR_DATE[side]}, or pass plain JSON Schema`,
      { cause },
    )
  }
}

const TEXT_FOR_DATE = {
  input: 'take a text and transform it, such as z.iso.datetime().transform((text) => new Date(text))',
  output: 'return a text, such as z.iso.datetime() and date.toISOString()',
} as const

function plainSchema(schema: JsonObject, what: string): JsonObject {
  const fields = Object.keys(schema).filter((name) => isStandard(schema[name]))
  if (fields.length > 0)
    throw new TypeError(
      `${what} is a list of fields; put an object around it, such as z.object({ ${fields.join(', ')} })`,
    )
  const copy = jsonCopy(schema, what)
  if (!describesObject(copy)) throw notOfObjects(what)
  return usable(copy, what)
}

/** A pattern that JSON Schema validators cannot read is left out. The schema library still checks it. */
function derivedSchema(
  described: Readonly<Record<string, unknown>>,
  what: string,
  carry: (copy: object) => void,
): JsonObject {
  const copy = jsonCopy(described, what)
  if (copy['type'] !== 'object') throw notOfObjects(what)
  const schema = withoutPatterns(copy, isPattern)
  carry(schema)
  return usable(schema, what)
}

function jsonCopy(schema: object, what: string): JsonObject {
  try {
    assertBounded(schema)
    return JSON.parse(JSON.stringify(schema))
  } catch (cause) {
    throw unusable(what, cause)
  }
}

function usable(schema: JsonObject, what: string): JsonObject {
  const frozen = deepFreeze(schema)
  try {
    compileCheck(frozen)
    return frozen
  } catch (cause) {
    throw unusable(what, cause)
  }
}

/** MCP 2025-11-25, server/tools, Tool: both schemas have an object at their root. */
function notOfObjects(what: string): TypeError {
  return new TypeError(`${what} must describe an object (root type "object"); wrap it in one`)
}

function unusable(what: string, cause: unknown): TypeError {
  const reason = cause instanceof Error ? cause.message : 'it is no JSON'
  return new TypeError(`${what} cannot be used: ${reason}`, { cause })
}
