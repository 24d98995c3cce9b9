/** Compiles and checks the regular expressions of JSON Schemas. */

import type { JsonObject } from '../json/json.js'
import { isObject, mapSchema } from './schema-walk.js'

/**
 * Compiles a pattern with the flag `u`, or without it where `u` does not allow it, as for `^[\w-\.]+$`. Throws a SyntaxError if neither
 * works. JSON Schema 2020-12, core, section 6.4, recommends `u` and does not require it.
 */
export function compilePattern(pattern: string): RegExp {
  return isUnicodePattern(pattern) ? new RegExp(pattern, 'u') : new RegExp(pattern)
}

/** Whether clients can use the pattern. Most of them compile it only with the flag `u`. */
export function isUnicodePattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}

/** Whether this library can use the pattern, with or without the flag `u`. */
export function isPattern(pattern: string): boolean {
  try {
    compilePattern(pattern)
    return true
  } catch {
    return false
  }
}

/**
 * The schema without the patterns that `keep` refuses. Where a name pattern goes, `additionalProperties` and `unevaluatedProperties` go
 * too, since they would forbid what it allowed.
 */
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
