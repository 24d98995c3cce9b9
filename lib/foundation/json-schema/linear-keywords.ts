/**
 * `uniqueItems` and `enum` of JSON Schema in linear time. Ajv compares each item with each other, so that one list of objects could block
 * the process for minutes. Values are equal as in JSON Schema 2020-12, core, section 4.2.2: the order of members does not matter.
 */

import { _, type Ajv, type CodeKeywordDefinition, str } from 'ajv'
import { canonicalJson } from '../crypto/digest.js'

/**
 * Replaces both keywords of Ajv. They are code keywords: for each error of a function keyword, Ajv copies all errors before it, which makes
 * `contains` quadratic.
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
    const find = cxt.gen.scopeValue('func', { ref: firstDuplicate })
    const duplicate = cxt.gen.const('duplicate', _`${find}(${cxt.data})`)
    cxt.setParams({ i: _`${duplicate}.later`, j: _`${duplicate}.earlier` })
    cxt.fail(_`${duplicate} !== null`)
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
    const allowed = new Set(values.map(equalityKey))
    const isAllowed = cxt.gen.scopeValue('func', { ref: (value: unknown) => allowed.has(equalityKey(value)) })
    cxt.fail(_`!${isAllowed}(${cxt.data})`)
  },
} as const satisfies CodeKeywordDefinition

/** Indexes of the first item that repeats an earlier one, and of that earlier one. */
function firstDuplicate(
  items: readonly unknown[],
): { readonly later: number; readonly earlier: number } | null {
  const indexes = new Map<string, number>()
  for (const [later, item] of items.entries()) {
    const value = equalityKey(item)
    const earlier = indexes.get(value)
    if (earlier !== undefined) return { later, earlier }
    indexes.set(value, later)
  }
  return null
}

/**
 * A text that is the same for equal values and for no others. The first letter tells types apart. It also stops an attack: V8 hashes texts
 * that look like integers by their number, so a caller could choose texts that all collide.
 */
function equalityKey(value: unknown): string {
  if (typeof value === 'string') return `s${value}`
  // A template writes -0 as 0, and JSON Schema takes them as equal.
  if (typeof value === 'number') return `n${value}`
  return `j${canonicalJson(value)}`
}
