/**
 * JSON text of answers. Parts that are the same in many answers are written out once and sent as they are: the text belongs to the very
 * object it was made from, so it can stand for nothing else.
 */

import { isRecord } from '../../foundation/json/guards.js'
import { wellFormedJson } from '../../foundation/text/text.js'

/** What is sent one after the other. */
export type WireText = readonly (string | Buffer)[]

const texts = new WeakMap<object, Buffer>()

/** Freezes the list, and remembers its text for as long as the list is held. */
export function withText<T extends object>(list: readonly T[]): readonly T[] {
  texts.set(Object.freeze(list), Buffer.from(written(list)))
  return list
}

/** `JSON.stringify` of a message, with what `withText` made inside its result as it was written out: not copied, for lists are long. */
export function toJson(message: unknown): WireText {
  const result = isRecord(message) ? message['result'] : undefined
  if (!isRecord(message) || !isRecord(result) || !hasText(result)) return [written(message)]
  const fixed = Object.entries(result).filter(([, value]) => textOf(value) !== undefined)
  const rest = written({ ...message, result: undefined }).slice(0, -1)
  const others = Object.fromEntries(Object.entries(result).filter(([, value]) => textOf(value) === undefined))
  const own = written(others).slice(0, -1)
  const parts = fixed.flatMap(([key, value], i) => {
    const comma = i > 0 || own !== '{' ? ',' : ''
    return [`${comma}${written(key)}:`, textOf(value) ?? '']
  })
  return [`${rest},"result":${own}`, ...parts, '}}']
}

/** Text that leaves is well-formed, whatever adapters and clients gave: strict clients drop a whole message for half a character. */
function written(value: unknown): string {
  return wellFormedJson(JSON.stringify(value))
}

export function lengthOf(text: WireText): number {
  return text.reduce((sum, part) => sum + Buffer.byteLength(part), 0)
}

function hasText(result: Readonly<Record<string, unknown>>): boolean {
  for (const key in result) if (textOf(result[key]) !== undefined) return true
  return false
}

function textOf(value: unknown): Buffer | undefined {
  return typeof value === 'object' && value !== null ? texts.get(value) : undefined
}
