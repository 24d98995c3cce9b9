/** Which texts and times a store takes, and how it refuses one. */

import { isRecord } from '../foundation/json/guards.js'
import { cleanText, isStorableText } from '../foundation/text/text.js'

/**
 * Throws a TypeError that names the first text with a NUL or half a character, which neither PostgreSQL nor UTF-8 holds: ids, keys and addresses are
 * never changed silently. The names are those of the sentence: `${name} holds a NUL …`. What is no text is passed over.
 *
 * @example
 * assertStorableTexts({ 'the member id': id, 'the e-mail address': email })
 */
export function assertStorableTexts(texts: Readonly<Record<string, string | null | undefined>>): void {
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === 'string' && !isStorableText(text))
      throw new TypeError(`${name} holds a NUL or half a character, which cannot be stored`)
  }
}

const FIRST = Date.UTC(1970) - 62_135_596_800_000
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Gives `date`, or throws a TypeError: a time that is kept is of the years 1 to 9999, as RFC 3339 and PostgreSQL write them. */
export function storableTime(name: string, date: Date): Date {
  const time = timeOf(name, date)
  if (time < FIRST || time > LAST) throw new TypeError(`${name} must be a time of the years 1 to 9999`)
  return date
}

/** For filters and ages: a time that no store can hold is the nearest one that it can. */
export function nearestStorableTime(name: string, date: Date): Date {
  return new Date(Math.min(Math.max(timeOf(name, date), FIRST), LAST))
}

function timeOf(name: string, date: Date): number {
  const time = Object.prototype.toString.call(date) === '[object Date]' ? date.getTime() : Number.NaN
  if (Number.isNaN(time)) throw new TypeError(`${name} must be a valid Date`)
  return time
}

/** RFC 9110, section 5.5: what is around a header's value does not belong to it, so no address that headers name begins or ends with it. */
export function withoutOuterBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}

/**
 * The same value where every text in it can be stored, names of members too; else a copy with U+FFFD in place of each NUL and each half of a
 * character. For what callers fill in and a record must hold anyway: audit events, arguments, outcomes.
 *
 * @example
 * await db.insert('audit', { body: JSON.stringify(storableJson(event)) })
 */
export function storableJson<T>(value: T): T
export function storableJson(value: unknown): unknown {
  return isStorableJson(value) ? value : cleanedJson(value)
}

/** Makes nothing: nearly all values can be stored as they are. */
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
