/** Compiles JSON Schemas once per content. Compiling costs over a millisecond, checking a fifth of a microsecond. */

import { Ajv } from 'ajv'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { LRUCache } from 'lru-cache'
import type { JsonObject } from '../adapters/json.js'
import { digestJson } from '../digest.js'
import { type Bounded, boundedBy } from './bounded-check.js'
import { useLinearKeywords } from './linear-keywords.js'

export interface SchemaProblem {
  /** JSON Pointer of the value at fault, `''` for the whole. */
  readonly path: string
  readonly message: string
}

/** Gives the problems of a value, an empty list when it fits. */
export type SchemaCheck = (value: unknown) => readonly SchemaProblem[]

export interface SchemaCache {
  /** Throws a TypeError for a schema that cannot be used: unsupported dialect, unresolved `$ref`, too large. */
  compile(schema: JsonObject): SchemaCheck
}

const COMPILED_SCHEMAS = 1000
/** Bounds on one schema, so that a hostile or broken one costs little. MCP 2026-07-28, basic, JSON Schema Usage. */
const MAX_NODES = 10_000
const MAX_DEPTH = 64
const DIALECTS = new Map<string, '2020-12' | 'draft-07'>([
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['http://json-schema.org/draft-07/schema', 'draft-07'],
  ['https://json-schema.org/draft-07/schema', 'draft-07'],
])

export function createSchemaCache(): SchemaCache {
  const settings = { strict: false, allErrors: false, validateSchema: true, logger: false } as const
  const dialects = { '2020-12': new Ajv2020(settings), 'draft-07': new Ajv(settings) }
  addFormats.default(dialects['2020-12'])
  addFormats.default(dialects['draft-07'])
  useLinearKeywords(dialects['2020-12'])
  useLinearKeywords(dialects['draft-07'])
  const byContent = new LRUCache<string, SchemaCheck>({ max: COMPILED_SCHEMAS })
  // A frozen schema is taken to be frozen all through, as defineTool's are: it is known by identity, without a digest for each call.
  const frozen = new WeakMap<JsonObject, SchemaCheck>()

  const remember = (schema: JsonObject, check: SchemaCheck) => {
    if (Object.isFrozen(schema)) frozen.set(schema, check)
    return check
  }

  return {
    compile(schema) {
      const same = frozen.get(schema)
      if (same !== undefined) return same
      const digest = digestJson(schema)
      const known = byContent.get(digest)
      if (known !== undefined) return remember(schema, known)
      assertBounded(schema)
      const ajv = dialects[dialectOf(schema)]
      try {
        const check = toCheck(ajv.compile(schema), boundedBy(schema))
        byContent.set(digest, check)
        return remember(schema, check)
      } catch (cause) {
        throw new TypeError('this JSON Schema cannot be compiled', { cause })
      } finally {
        // Ajv would keep every schema it ever saw, and take two with one $id for a conflict.
        ajv.removeSchema(schema)
        if (typeof schema['$id'] === 'string') ajv.removeSchema(schema['$id'])
      }
    },
  }
}

function dialectOf(schema: JsonObject): '2020-12' | 'draft-07' {
  const named = schema['$schema']
  if (named === undefined) return '2020-12'
  const dialect = typeof named === 'string' ? DIALECTS.get(named.replace(/#$/, '')) : undefined
  if (dialect === undefined)
    throw new TypeError('this JSON Schema dialect is not supported; use 2020-12 or draft-07')
  return dialect
}

const TOOK_TOO_LONG = Object.freeze([
  Object.freeze({ path: '', message: 'takes too long to check against the schema; send shorter text' }),
])

function toCheck(validate: ValidateFunction, bounded: Bounded): SchemaCheck {
  return (value) => {
    const fits = bounded(value, () => validate(value))
    if (fits === null) return TOOK_TOO_LONG
    return fits ? [] : (validate.errors ?? []).map(toProblem)
  }
}

function toProblem(error: ErrorObject): SchemaProblem {
  const extra =
    error.keyword === 'additionalProperties' ? `: ${String(error.params['additionalProperty'])}` : ''
  return { path: error.instancePath, message: `${error.message ?? 'does not fit the schema'}${extra}` }
}

function assertBounded(schema: JsonObject): void {
  let nodes = 0
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return
    nodes += 1
    if (depth > MAX_DEPTH || nodes > MAX_NODES)
      throw new TypeError('this JSON Schema is too large or nested too deep')
    for (const item of Object.values(value)) visit(item, depth + 1)
  }
  visit(schema, 0)
}
