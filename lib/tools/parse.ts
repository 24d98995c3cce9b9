/** Parses values with a Standard Schema, and reports its issues. https://standardschema.dev */

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ArgumentProblem } from '../foundation/json/arguments-reader.js'
import { pointerToken } from '../foundation/json/json-copy.js'
import { cut } from '../foundation/text/text.js'

/** One problem that a schema reports. */
export type Issue = StandardSchemaV1.Issue
/** The parsed value, or what is wrong with the given one. */
export type ParseResult = { readonly value: unknown } | { readonly issues: readonly Issue[] }
/** Parses a value. Does not throw for an invalid one. */
export type Parse = (value: unknown) => ParseResult | Promise<ParseResult>

/** Longest path or message of a problem, in UTF-16 units. Messages may quote the arguments, which can be long. */
const MAX_LENGTH = 500

/** The `validate` of a Standard Schema as a `Parse`. Synchronous if the schema is. */
export function parseBy(validate: StandardSchemaV1.Props['validate']): Parse {
  return function parse(value) {
    const result = validate(value)
    return isPromise(result) ? result.then(toParsed) : toParsed(result)
  }
}

function toParsed(result: StandardSchemaV1.Result<unknown>): ParseResult {
  return result.issues === undefined ? { value: result.value } : { issues: result.issues }
}

/** Whether a value has a `then` method. Schema libraries may have their own promise class. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** The issue for the caller, with the JSON Pointer of the invalid value. RFC 6901. */
export function problemOf(issue: Issue): ArgumentProblem {
  const path = keysOf(issue).map((key) => `/${pointerToken(key)}`)
  return { path: cut(path.join(''), MAX_LENGTH), message: cut(String(issue.message), MAX_LENGTH) }
}

/** The issue as part of an error message. */
export function textOf(issue: Issue): string {
  const keys = keysOf(issue)
  return keys.length === 0 ? issue.message : `${keys.join('.')}: ${issue.message}`
}

function keysOf({ path = [] }: Issue): readonly string[] {
  return path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
}
