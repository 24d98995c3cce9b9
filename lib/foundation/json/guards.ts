/** Type guards for JSON objects. */

import type { JsonObject } from './json.js'

/** Whether a value is an object, but not an array or `null`. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The same for a value that was parsed from JSON, or whose members are checked next. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value)
}
