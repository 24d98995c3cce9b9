/** Schemas of tools: a Standard Schema that can also say itself in JSON Schema (zod 4.2 or later, and others), or plain JSON Schema. */

import type { StandardJSONSchemaV1, StandardSchemaV1, StandardTypedV1 } from '@standard-schema/spec'
import type { JsonObject, JsonValue } from '../adapters/json.js'
import { carryReader } from '../arguments-reader.js'
import { deepFreeze } from '../freeze.js'
import { carryMade } from '../output-marks.js'
import { type Parse, type ParseResult, parseBy } from './parse.js'
import { createReader } from './reader.js'

/** https://standardschema.dev and https://standardschema.dev/json-schema */
export type TypedSchema = StandardSchemaV1 & StandardJSONSchemaV1
export type ToolSchema = TypedSchema | JsonObject

/** What `run` is given: the schema's output, or any JSON object for plain JSON Schema. */
export type Parsed<S extends ToolSchema> = S extends StandardTypedV1
  ? StandardTypedV1.InferOutput<S>
  : JsonObject
/** What `run` gives back: the schema's input. */
export type Accepted<S extends ToolSchema> = S extends StandardTypedV1
  ? StandardTypedV1.InferInput<S>
  : JsonObject

export interface CompiledSchema {
  /**
   * Frozen to the ground, and a copy of its own: a definition never changes under those who cached it. That of a typed schema carries what
   * the library is to know of it, see `carryReader` and `carryMade`.
   */
  readonly jsonSchema: JsonObject
  readonly parse: Parse
  /**
   * For arguments: what `run` is given. Those that the library handed over have been read, and are known by identity; others are read now, and
   * of an `approved` call only if the schema leaves them as they are.
   */
  take(args: JsonObject, approved: boolean): ParseResult | Promise<ParseResult>
  /** For outputs: what the schema itself made; `null` for plain JSON Schema, by which the library checks. */
  readonly made: WeakSet<object> | null
}

/** Throws a TypeError that names the cure for a schema that cannot be used. `side`: what the JSON Schema describes. */
export function compileSchema(schema: ToolSchema, side: 'input' | 'output', what: string): CompiledSchema {
  // Some libraries' schemas are functions.
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null)
    throw new TypeError(`${what} is no schema; pass a Standard Schema such as zod's, or plain JSON Schema`)
  if (!isTyped(schema))
    return { jsonSchema: objectSchema(schema, what), parse: asItIs, take: asItIs, made: null }
  const { validate } = schema['~standard']
  if (typeof validate !== 'function')
    throw new TypeError(`${what} is a schema that cannot validate; use a Standard Schema such as zod's`)
  // What a tool gives is parsed before it is sent, so either side is described as it travels.
  const described = describe(schema, side, what)
  const parse = parseBy(validate)
  const reader = createReader(parse, described)
  const made = new WeakSet<object>()
  const jsonSchema = objectSchema(described, what, (copy) =>
    side === 'input' ? carryReader(copy, reader) : carryMade(copy, made),
  )
  return { jsonSchema, parse, take: reader.take, made }
}

function asItIs(value: unknown): ParseResult {
  return { value }
}

function isTyped(schema: ToolSchema): schema is TypedSchema {
  return '~standard' in schema
}

function describe(schema: TypedSchema, side: 'input' | 'output', what: string): Record<string, unknown> {
  const { jsonSchema } = schema['~standard']
  if (jsonSchema === undefined) {
    throw new TypeError(
      `${what} is a schema that cannot say itself in JSON Schema; use zod 4.2 or later, or pass plain JSON Schema`,
    )
  }
  try {
    // The default dialect goes without saying, and every list of tools is shorter for it.
    const { $schema: _, ...described } = jsonSchema[side]({ target: 'draft-2020-12' })
    return described
  } catch (cause) {
    throw new TypeError(
      `${what} holds a type that JSON Schema cannot say (a date or a big integer, say); use one that travels as JSON and transform it, or pass plain JSON Schema`,
      { cause },
    )
  }
}

/** MCP 2025-11-25, server/tools, Tool: both schemas have an object at their root. */
function objectSchema(
  described: Readonly<Record<string, unknown>>,
  what: string,
  carry: (copy: object) => void = () => {},
): JsonObject {
  const schema: Record<string, JsonValue> = JSON.parse(JSON.stringify(described))
  if (schema['type'] !== 'object')
    throw new TypeError(`${what} must describe an object (root type "object"); wrap it in one`)
  carry(schema)
  return deepFreeze(schema)
}
