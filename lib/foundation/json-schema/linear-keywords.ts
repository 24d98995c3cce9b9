/**
 * `uniqueItems` and `enum` of JSON Schema in linear time. Compared each with each, one request's list of objects would hold the process for
 * minutes. Equality is that of JSON Schema 2020-12, core, section 4.2.2: by value, whatever the order of members.
 */

import { _, type Ajv, type CodeKeywordDefinition, str } from 'ajv'
import { canonicalJson } from '../crypto/digest.js'

/**
 * Puts them in the place of ajv's own. Both are code keywords: for each problem of a function keyword, ajv copies all those before it, so that
 * `contains` would take quadratic time.
 */
export function useLinearKeywords(host: Pick<Ajv, 'addKeyword' | 'removeKeyword'>): void {
  for (const definition of [UNIQUE_ITEMS, ENUM]) {
    host.removeKeyword(definition.keyword)
    host.addKeyword(definition)
  }
}

const UNIQUE_ITEMS = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  error: {
    message: ({ params: { i, j } }) =>
      str`must NOT have duplicate items (items ## ${j} and ${i} are identical)`,
    params: ({ params: { i, j } }) => _`{ i: ${i}, j: ${j} }`,
  },
  code(cxt) {
    if (cxt.schema !== true) return
    const find = cxt.gen.scopeValue('func', { ref: firstTwice })
    const twice = cxt.gen.const('twice', _`${find}(${cxt.data})`)
    cxt.setParams({ i: _`${twice}.later`, j: _`${twice}.earlier` })
    cxt.fail(_`${twice} !== null`)
  },
} as const satisfies CodeKeywordDefinition

const ENUM = {
  keyword: 'enum',
  schemaType: 'array',
  error: {
    message: 'must be equal to one of the allowed values',
    params: ({ schemaCode }) => _`{ allowedValues: ${schemaCode} }`,
  },
  code(cxt) {
    const values: readonly unknown[] = cxt.schema
    const allowed = new Set(values.map(textOf))
    const isAllowed = cxt.gen.scopeValue('func', { ref: (value: unknown) => allowed.has(textOf(value)) })
    cxt.fail(_`!${isAllowed}(${cxt.data})`)
  },
} as const satisfies CodeKeywordDefinition

/** The places of the first item that was there before, and of that one. */
function firstTwice(items: readonly unknown[]): { readonly later: number; readonly earlier: number } | null {
  const places = new Map<string, number>()
  for (const [later, item] of items.entries()) {
    const value = textOf(item)
    const earlier = places.get(value)
    if (earlier !== undefined) return { later, earlier }
    places.set(value, later)
  }
  return null
}

/**
 * Equal values have the same text, and no others. The letter in front keeps apart what would read alike, and keeps a caller from choosing
 * texts that V8 hashes as the whole numbers that they look like, all to one place.
 */
function textOf(value: unknown): string {
  if (typeof value === 'string') return `s${value}`
  // Minus zero is zero.
  if (typeof value === 'number') return `n${value}`
  return `j${canonicalJson(value)}`
}
