/** Checks or cleans texts and times before they are stored. */

import { isRecord } from '../foundation/json/guards.js'
import { cleanText, isStorableText } from '../foundation/text/text.js'

/**
 * Throws a TypeError for the first text with a NUL, which PostgreSQL cannot store, or with a lone surrogate, which UTF-8 cannot encode. Ids, keys and
 * addresses must not be changed silently. The keys of `texts` are part of the error message. Values that are not strings are ignored.
 *
 * @example
 * assertStorableTexts({ 'the member id': 'mem_ada', 'the e-mail address': 'ada@acme.test' })
 */
export function assertStorableTexts(texts: Readonly<Record<string, string | null | undefined>>): void {
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === 'string' && !isStorableText(text))
      throw new TypeError(`${name} holds a NUL or a lone surrogate, which cannot be stored`)
  }
}

const FIRST = Date.UTC(1970) - 62_135_596_800_000
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Returns `date`. Throws a TypeError if it is outside of the years 1 to 9999, which RFC 3339 and PostgreSQL can write. */
export function storableTime(name: string, date: Date): Date {
  const time = timeOf(name, date)
  if (time < FIRST || time > LAST) throw new TypeError(`${name} must be a time of the years 1 to 9999`)
  return date
}

/** For filters and ages: the time, or the nearest one in the years 1 to 9999. Throws a TypeError if it is not a valid Date. */
export function nearestStorableTime(name: string, date: Date): Date {
  return new Date(Math.min(Math.max(timeOf(name, date), FIRST), LAST))
}

function timeOf(name: string, date: Date): number {
  const time = Object.prototype.toString.call(date) === '[object Date]' ? date.getTime() : Number.NaN
  if (Number.isNaN(time)) throw new TypeError(`${name} must be a valid Date`)
  return time
}

/** The text without spaces and tabs around it. They cannot be part of a header's value, which may be an e-mail address. RFC 9110, section 5.5. */
export function withoutOuterBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}

/**
 * The same value if every text in it can be stored, also in the names of its fields; otherwise a copy with U+FFFD in place of each NUL and each lone
 * surrogate. For values of callers that must be stored anyway: audit events, arguments, outcomes.
 *
 * @example
 * await db.insert('audit', { body: JSON.stringify(storableJson(auditEvent)) })
 */
export function storableJson<T>(value: T): T
export function storableJson(value: unknown): unknown {
  return isStorableJson(value) ? value : cleanedJson(value)
}

/** Checks without a copy, because nearly all values can be stored as they are. */
function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value)
  if (Array.isArray(value)) return value.every(isStorableJson)
  if (!isRecord(value)) return true
  for (const key in value) if (!isStorableText(key) || !isStorableJson(value[key])) return false
  return true
}

function cleanedJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(cleanedJson)
  if (!isRecord(value) || isStorableJson(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [storableText(key), cleanedJson(item)]),
  )
}

function storableText(text: string): string {
  return isStorableText(text) ? text : cleanText(text, Number.POSITIVE_INFINITY)
}
