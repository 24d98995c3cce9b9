/**
 * Makes the JSON text of responses. A list that is part of many responses is serialized once. Its text is kept by the identity of the frozen
 * list, so it cannot belong to another value.
 */

import { isRecord } from '../../foundation/json/guards.js'
import { wellFormedJson } from '../../foundation/text/text.js'

/** Text in parts, which are sent in this order. */
export type WireText = readonly (string | Buffer)[]

const texts = new WeakMap<object, Buffer>()

/** Freezes the list and keeps its text as long as the list exists. */
export function withText<T extends object>(list: readonly T[]): readonly T[] {
  texts.set(Object.freeze(list), Buffer.from(written(list)))
  return list
}

/** The JSON of a message. Lists of `withText` in its result are not serialized or copied again, since they are long. */
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

/** JSON that is well-formed Unicode: strict clients drop a whole message for one lone surrogate. */
function written(value: unknown): string {
  return wellFormedJson(JSON.stringify(value))
}

/** Length in bytes. */
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
