/** What a Standard Schema says of a value, and of what is wrong with it. https://standardschema.dev */

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ArgumentProblem } from '../foundation/json/arguments-reader.js'
import { pointerToken } from '../foundation/json/json-copy.js'
import { cut } from '../foundation/text/text.js'

export type Issue = StandardSchemaV1.Issue
export type ParseResult = { readonly value: unknown } | { readonly issues: readonly Issue[] }
export type Parse = (value: unknown) => ParseResult | Promise<ParseResult>

/** Messages quote what was sent. UTF-16 units. */
const LONGEST = 500

export function parseBy(validate: StandardSchemaV1.Props['validate']): Parse {
  return function parse(value) {
    const result = validate(value)
    return isPromise(result) ? result.then(toParsed) : toParsed(result)
  }
}

function toParsed(result: StandardSchemaV1.Result<unknown>): ParseResult {
  return result.issues === undefined ? { value: result.value } : { issues: result.issues }
}

/** Libraries may have promises of their own. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** For the caller: which value is at fault, as a JSON Pointer. RFC 6901. */
export function problemOf(issue: Issue): ArgumentProblem {
  const path = keysOf(issue).map((key) => `/${pointerToken(key)}`)
  return { path: cut(path.join(''), LONGEST), message: cut(String(issue.message), LONGEST) }
}

/** For sentences. */
export function textOf(issue: Issue): string {
  const keys = keysOf(issue)
  return keys.length === 0 ? issue.message : `${keys.join('.')}: ${issue.message}`
}

function keysOf({ path = [] }: Issue): readonly string[] {
  return path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
}
