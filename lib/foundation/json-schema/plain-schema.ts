/**
 * Recognizes JSON Schemas of usual keywords with correct values. Each certainly compiles, so it need be neither compiled nor checked against the
 * schema of its dialect before a value comes. JSON Schema 2020-12, core, section 10; validation, sections 6, 7 and 9.
 */

import { isRecord } from '../json/guards.js'
import { isPattern } from './patterns.js'

/** Whether a schema that is within the limits certainly compiles as 2020-12. `false` says nothing. */
export function isPlainSchema(schema: unknown): boolean {
  if (typeof schema === 'boolean') return true
  return (
    isRecord(schema) && Object.entries(schema).every(([name, value]) => KEYWORDS.get(name)?.(value) === true)
  )
}

type Test = (value: unknown) => boolean

const isText: Test = (value) => typeof value === 'string'
const isFlag: Test = (value) => typeof value === 'boolean'
const isNumber: Test = (value) => Number.isFinite(value)
const isCount: Test = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const isType: Test = (value) => TYPES.has(value)
const isSchema: Test = (value) => isPlainSchema(value)

const TYPES: ReadonlySet<unknown> = new Set([
  'array',
  'boolean',
  'integer',
  'null',
  'number',
  'object',
  'string',
])

const KEYWORDS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['$comment', isText],
  ['additionalProperties', isSchema],
  ['allOf', (value) => isFilledListOf(value, isSchema)],
  ['anyOf', (value) => isFilledListOf(value, isSchema)],
  ['const', () => true],
  ['default', () => true],
  ['deprecated', isFlag],
  ['description', isText],
  ['enum', (value) => isFilledListOf(value, () => true)],
  ['examples', Array.isArray],
  ['exclusiveMaximum', isNumber],
  ['exclusiveMinimum', isNumber],
  ['format', isText],
  ['items', isSchema],
  ['maxItems', isCount],
  ['maxLength', isCount],
  ['maxProperties', isCount],
  ['maximum', isNumber],
  ['minItems', isCount],
  ['minLength', isCount],
  ['minProperties', isCount],
  ['minimum', isNumber],
  ['multipleOf', (value) => isNumber(value) && Number(value) > 0],
  ['oneOf', (value) => isFilledListOf(value, isSchema)],
  ['pattern', (value) => typeof value === 'string' && isPattern(value)],
  ['properties', areProperties],
  ['propertyNames', isSchema],
  ['readOnly', isFlag],
  ['required', (value) => areDistinct(value, isText)],
  ['title', isText],
  ['type', (value) => isType(value) || (isFilledListOf(value, isType) && areDistinct(value, isType))],
  ['uniqueItems', isFlag],
  ['writeOnly', isFlag],
])

function isFilledListOf(value: unknown, test: Test): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => test(item))
}

function areDistinct(value: unknown, test: Test): boolean {
  return Array.isArray(value) && new Set(value).size === value.length && value.every((item) => test(item))
}

/** A property of this name is one that Ajv does not check, so it is left to Ajv. */
function areProperties(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, schema]) => name !== '__proto__' && isPlainSchema(schema))
  )
}
