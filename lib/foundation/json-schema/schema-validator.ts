/**
 * Compiles each JSON Schema once. Compiling costs about a millisecond, a check a fifth of a microsecond. A schema that certainly compiles waits for its
 * first value, so that a process with many tools starts fast.
 */

import { Ajv } from 'ajv'
import { Ajv2020, MissingRefError, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { LRUCache } from 'lru-cache'
import { digestText } from '../crypto/digest.js'
import type { JsonObject } from '../json/json.js'
import { cut } from '../text/text.js'
import { boundedBy } from './bounded-check.js'
import { useLinearKeywords } from './linear-keywords.js'
import { compilePattern } from './patterns.js'
import { isPlainSchema } from './plain-schema.js'
import { assertBounded, assertNoReferenceCycle } from './schema-limits.js'
import { problemsOf, type SchemaProblem, UNCHECKABLE } from './schema-problems.js'
import { forValidator } from './schema-reading.js'

/** Returns the problems of a value, at most ten. The list is empty if the value matches. Never throws. */
export type SchemaCheck = (value: unknown) => readonly SchemaProblem[]

/** Compiles schemas and keeps the last 1000 by content. */
export interface SchemaValidator {
  /** Throws a TypeError for a schema that cannot be used, as `compileCheck` does. */
  compile(schema: JsonObject): SchemaCheck
}

const COMPILED_SCHEMAS = 1000
type Dialect = '2020-12' | 'draft-07'
const DIALECTS = new Map<string, Dialect>([
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['http://json-schema.org/draft-07/schema', 'draft-07'],
  ['https://json-schema.org/draft-07/schema', 'draft-07'],
])

/** A check, or why there is none. */
type Compiled = SchemaCheck | TypeError

/** By identity, which saves a digest for each call. A frozen schema is taken to be frozen all through, as those of defineTool are. */
const frozen = new WeakMap<JsonObject, Compiled>()

/** Makes a validator. Throws a TypeError if the process forbids code generation, which Ajv needs. */
export function createSchemaValidator(): SchemaValidator {
  compileCheck(ANYTHING)
  const byContent = new LRUCache<string, Compiled>({ max: COMPILED_SCHEMAS })
  const compiledOnce = (schema: JsonObject): Compiled => {
    assertBounded(schema)
    const digest = digestText(JSON.stringify(schema))
    const known = byContent.get(digest)
    if (known !== undefined) return known
    const compiled = compiledOf(schema)
    byContent.set(digest, compiled)
    return compiled
  }
  return {
    compile: (schema) => checkOf(frozen.get(schema) ?? keep(schema, compiledOnce(schema))),
  }
}

/**
 * Compiles a schema. A frozen one is compiled once. Throws a TypeError that says what is wrong and what to do: for a `$ref` without a
 * target, a dialect other than 2020-12 and draft-07, a keyword with a wrong value, an invalid pattern, or a schema that is too large,
 * cyclic or nested too deep.
 */
export function compileCheck(schema: JsonObject): SchemaCheck {
  return checkOf(frozen.get(schema) ?? keep(schema, compiledOf(schema)))
}

/** Whether clients can compile an output schema. The SDK of the 2025 era drops the whole tool list if it cannot compile one. */
export function clientsCanCompile(schema: JsonObject): boolean {
  try {
    new Ajv({ strict: false, validateSchema: false, logger: false, allErrors: true }).compile(schema)
    return true
  } catch {
    return false
  }
}

const ANYTHING: JsonObject = Object.freeze({ type: 'object' })

function keep(schema: JsonObject, compiled: Compiled): Compiled {
  if (Object.isFrozen(schema)) frozen.set(schema, compiled)
  return compiled
}

function checkOf(compiled: Compiled): SchemaCheck {
  if (typeof compiled === 'function') return compiled
  throw compiled
}

function compiledOf(schema: JsonObject): Compiled {
  try {
    assertBounded(schema)
    const dialect = dialectOf(schema)
    assertNoReferenceCycle(schema)
    return toCheck(schema, dialect)
  } catch (cause) {
    return cause instanceof TypeError ? cause : new TypeError(reasonOf(cause), { cause })
  }
}

const TIMED_OUT = Object.freeze([
  Object.freeze({
    path: '',
    message: 'takes too long to check against the schema; send less, or shorter text',
  }),
])

function toCheck(given: JsonObject, dialect: Dialect): SchemaCheck {
  const bounded = boundedBy(given)
  const schema = forValidator(given)
  const use = dialect === '2020-12' && isPlainSchema(schema) ? 'plain' : 'first'
  // What a host may still change is compiled as it is now.
  const compiled =
    use === 'plain' && Object.isFrozen(given) ? compileLater(schema) : compileNow(schema, dialect, use)
  let every: ValidateFunction | undefined
  const all = () => {
    every ??= compileIn(validatorOf(dialect, 'all'), schema)
    return every
  }
  return (value) => {
    try {
      const first = compiled()
      return bounded(value, () => (first(value) ? [] : problemsOf(value, first, all))) ?? TIMED_OUT
    } catch {
      return [UNCHECKABLE]
    }
  }
}

type Later = () => ValidateFunction

function compileNow(schema: JsonObject, dialect: Dialect, use: Use): Later {
  const first = compileIn(validatorOf(dialect, use), schema)
  return () => first
}

/** Throws at once what no schema could be compiled for: a process that forbids code generation. */
function compileLater(schema: JsonObject): Later {
  probe.done ??= compileIn(validatorOf('2020-12', 'plain'), ANYTHING)
  let first: ValidateFunction | undefined
  return () => {
    first ??= compileIn(validatorOf('2020-12', 'plain'), schema)
    return first
  }
}

const probe: { done: ValidateFunction | null } = { done: null }

function compileIn(ajv: Ajv, schema: JsonObject): ValidateFunction {
  const { $id } = schema
  if (typeof $id === 'string' && ajv.getSchema($id) !== undefined)
    throw new TypeError(`its "$id" is that of a JSON Schema dialect; give it one of its own, or none`)
  try {
    return ajv.compile(schema)
  } finally {
    // Otherwise Ajv keeps every schema, and refuses a second one with the same $id.
    ajv.removeSchema(schema)
    if (typeof $id === 'string') ajv.removeSchema($id)
  }
}

/** Schemas per Ajv instance. An instance keeps some memory of each schema, so it is replaced after this many. */
const MOST_USES = 1000
const validators = new Map<string, { readonly ajv: Ajv; readonly uses: number }>()

/** `first` and `plain` stop at the first problem; `plain` compiles plain schemas only. */
type Use = 'first' | 'plain' | 'all'

function validatorOf(dialect: Dialect, use: Use): Ajv {
  const name = `${dialect} ${use}`
  const kept = validators.get(name)
  const ajv = kept === undefined || kept.uses >= MOST_USES ? createValidator(dialect, use) : kept.ajv
  validators.set(name, { ajv, uses: kept?.ajv === ajv ? kept.uses + 1 : 1 })
  return ajv
}

function createValidator(dialect: Dialect, use: Use): Ajv {
  const settings = {
    strict: false,
    // `strict: false` does not set these: NaN and infinity are not numbers, and inherited members are not properties.
    strictNumbers: true,
    ownProperties: true,
    allErrors: use === 'all',
    // The schema of the dialect takes as long to compile as 30 tools. Plain schemas do not need it, and `all` compiles what was compiled before.
    validateSchema: use === 'first',
    meta: use !== 'plain',
    logger: false,
    code: {
      // Ajv would rewrite its code for speed. Compiling takes twice as long then, and checks are as fast: V8 does the same.
      optimize: false,
      regExp: Object.assign((pattern: string) => compilePattern(pattern), { code: 'new RegExp' }),
    },
  } as const
  const ajv = dialect === '2020-12' ? new Ajv2020(settings) : new Ajv(settings)
  addFormats.default(ajv)
  useLinearKeywords(ajv)
  return ajv
}

function dialectOf(schema: JsonObject): Dialect {
  const named = schema['$schema']
  if (named === undefined) return '2020-12'
  const dialect = typeof named === 'string' ? DIALECTS.get(named.replace(/#$/, '')) : undefined
  if (dialect === undefined)
    throw new TypeError(
      `its "$schema" ${cut(JSON.stringify(named), 100)} is not supported; use 2020-12 or draft-07, or leave it out`,
    )
  return dialect
}

/** One sentence for the host: what is wrong and what to do. */
function reasonOf(cause: unknown): string {
  if (cause instanceof EvalError)
    return 'this process forbids code generation from strings, with which schemas are compiled (Ajv); start Node.js without --disallow-code-generation-from-strings'
  if (cause instanceof RangeError) return 'it is nested too deep; make it flatter'
  if (cause instanceof SyntaxError)
    return `one of its patterns is no regular expression of JavaScript (${cut(cause.message, 200)}); correct it`
  if (cause instanceof MissingRefError)
    return `its "$ref" to ${JSON.stringify(cause.missingRef)} leads nowhere; define that in the same schema, under "$defs" (nothing is fetched)`
  const message = cause instanceof Error ? cause.message.replace(/^schema is invalid: data/, 'in it, ') : ''
  return `${cut(message, 300) || 'it is no valid JSON Schema'}; correct it (dialect 2020-12 unless "$schema" says draft-07)`
}
