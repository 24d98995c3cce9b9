/** Schemas of tools: a Standard Schema that can also say itself in JSON Schema (zod 4.2 or later, and others), or plain JSON Schema. */

import type { StandardJSONSchemaV1, StandardSchemaV1, StandardTypedV1 } from '@standard-schema/spec'
import type { JsonObject, JsonValue } from '../adapters/json.js'
import { deepFreeze } from '../freeze.js'

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

export type ParseResult = { readonly value: unknown } | { readonly problems: readonly string[] }

export interface CompiledSchema {
  readonly jsonSchema: JsonObject
  parse(value: unknown): Promise<ParseResult>
}

/** Throws a TypeError that names the cure for a schema that cannot be used. `side`: what the JSON Schema describes. */
export function compileSchema(schema: ToolSchema, side: 'input' | 'output', what: string): CompiledSchema {
  if (!isTyped(schema))
    return { jsonSchema: objectSchema(copyOf(schema), what), parse: async (value) => ({ value }) }
  const { jsonSchema, validate } = schema['~standard']
  if (jsonSchema === undefined) {
    throw new TypeError(
      `${what} is a schema that cannot say itself in JSON Schema; use zod 4.2 or later, or pass plain JSON Schema`,
    )
  }
  // A result has been parsed already when it is sent, so both sides are described as they travel.
  const described = jsonSchema[side]({ target: 'draft-2020-12' })
  return {
    jsonSchema: objectSchema(toJson(described), what),
    async parse(value) {
      const result = await validate(value)
      return result.issues === undefined ? { value: result.value } : { problems: result.issues.map(toText) }
    },
  }
}

function isTyped(schema: ToolSchema): schema is TypedSchema {
  return '~standard' in schema
}

/** The dialect is the default one, and need not be said with every tool. */
function toJson(described: Readonly<Record<string, unknown>>): JsonObject {
  const { $schema: _, ...schema } = copyOf(described)
  return schema
}

function copyOf(schema: Readonly<Record<string, unknown>>): Record<string, JsonValue> {
  return JSON.parse(JSON.stringify(schema))
}

/** MCP 2025-11-25, server/tools, Tool: both schemas have an object at their root. */
function objectSchema(schema: JsonObject, what: string): JsonObject {
  if (schema['type'] !== 'object')
    throw new TypeError(`${what} must describe an object (root type "object"); wrap it in one`)
  return deepFreeze(schema)
}

function toText({ message, path = [] }: StandardSchemaV1.Issue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
}
