/**
 * `uniqueItems` and `enum` of JSON Schema in linear time. Compared each with each, one request's list of objects would hold the process for
 * minutes. Equality is that of JSON Schema 2020-12, core, section 4.2.2: by value, whatever the order of members.
 */

import type { Ajv } from 'ajv'
import type { DataValidateFunction } from 'ajv/dist/types/index.js'
import { canonicalJson } from '../digest.js'

/** Puts them in the place of ajv's own. */
export function useLinearKeywords(host: Pick<Ajv, 'addKeyword' | 'removeKeyword'>): void {
  host.removeKeyword('uniqueItems')
  host.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', compile: uniqueItems })
  host.removeKeyword('enum')
  host.addKeyword({ keyword: 'enum', schemaType: 'array', compile: oneOf })
}

function uniqueItems(wanted: boolean): DataValidateFunction {
  const check: DataValidateFunction = (items: unknown) => {
    if (!wanted || !Array.isArray(items)) return true
    const places = new Map<string, number>()
    for (const [place, item] of items.entries()) {
      const value = textOf(item)
      const earlier = places.get(value)
      if (earlier !== undefined) {
        const message = `must NOT have duplicate items (items ## ${earlier} and ${place} are identical)`
        check.errors = [{ keyword: 'uniqueItems', message, params: { i: place, j: earlier } }]
        return false
      }
      places.set(value, place)
    }
    return true
  }
  return check
}

function oneOf(allowedValues: readonly unknown[]): DataValidateFunction {
  const allowed = new Set(allowedValues.map(textOf))
  const message = 'must be equal to one of the allowed values'
  const check: DataValidateFunction = (value: unknown) => {
    if (allowed.has(textOf(value))) return true
    check.errors = [{ keyword: 'enum', message, params: { allowedValues } }]
    return false
  }
  return check
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
