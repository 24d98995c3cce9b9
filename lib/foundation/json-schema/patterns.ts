/** Regular expressions of JSON Schemas, as JavaScript reads them. */

import type { JsonObject } from '../json/json.js'
import { isObject, mapSchema } from './schema-walk.js'

/**
 * The pattern with the flag `u` where it compiles so, else without: `^[\w-\.]+$` is valid JavaScript all the same. Throws a SyntaxError for
 * what is no pattern in either way. JSON Schema 2020-12, core, 6.4, recommends `u` and does not require it.
 */
export function compilePattern(pattern: string): RegExp {
  return isUnicodePattern(pattern) ? new RegExp(pattern, 'u') : new RegExp(pattern)
}

/** Whether clients can use the pattern: most compile it with the flag `u` and with no other. */
export function isUnicodePattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}

/** Whether the checks of this library can use the pattern. */
export function isPattern(pattern: string): boolean {
  try {
    compilePattern(pattern)
    return true
  } catch {
    return false
  }
}

/** The schema without those patterns that `keep` refuses. What a name pattern allowed, no `additionalProperties` forbids in its place. */
export function withoutPatterns(schema: JsonObject, keep: (pattern: string) => boolean): JsonObject {
  return mapSchema(schema, (node) => {
    const { pattern, patternProperties, ...rest } = node
    const drops = typeof pattern === 'string' && !keep(pattern)
    const named = isObject(patternProperties) ? Object.entries(patternProperties) : []
    const kept = named.filter(([name]) => keep(name))
    if (!drops && kept.length === named.length) return node
    const { additionalProperties: _, unevaluatedProperties: __, ...open } = rest
    return {
      ...(kept.length === named.length ? rest : open),
      ...(drops || pattern === undefined ? {} : { pattern }),
      ...(kept.length === 0 ? {} : { patternProperties: Object.fromEntries(kept) }),
    }
  })
}
