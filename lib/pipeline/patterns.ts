/** Regular expressions of JSON Schemas, as JavaScript reads them. */

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
