/** Tells objects from everything else that JSON holds. */

import type { JsonObject } from './json.js'

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** For values that came out of JSON, or are about to be checked as such. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value)
}
