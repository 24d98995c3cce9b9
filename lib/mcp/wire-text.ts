/**
 * JSON text of answers. Parts that are the same in many answers are written out once and spliced in: the text belongs to the very object
 * it was made from, so it can stand for nothing else.
 */

import { isRecord } from './params.js'

const texts = new WeakMap<object, string>()

/** Freezes the list, and remembers its text for as long as the list is held. */
export function withText<T extends object>(list: readonly T[]): readonly T[] {
  texts.set(Object.freeze(list), JSON.stringify(list))
  return list
}

/** `JSON.stringify` of a message, with what `withText` made inside its result as it was written out. */
export function toJson(message: unknown): string {
  const result = isRecord(message) ? message['result'] : undefined
  if (!isRecord(message) || !isRecord(result)) return JSON.stringify(message)
  if (!Object.values(result).some(isWritten)) return JSON.stringify(message)
  return objectText({ ...message, result: undefined }, `"result":${objectText(result)}`)
}

function objectText(object: Readonly<Record<string, unknown>>, last?: string): string {
  const members = Object.entries(object).flatMap(([key, value]) => {
    const text = isWritten(value) ? texts.get(value) : JSON.stringify(value)
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`]
  })
  return `{${(last === undefined ? members : [...members, last]).join(',')}}`
}

function isWritten(value: unknown): value is object {
  return typeof value === 'object' && value !== null && texts.has(value)
}
