/** Type guards for JSON values. */

import type { JsonObject } from './json.js'

/** Whether a value is an object, but not an array or `null`. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The same for a value that was parsed from JSON, or whose members are checked next. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value)
}

/** Whether a value is a text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Whether a value is a list of texts that are not empty. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}
