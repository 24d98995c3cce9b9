/** How long what a host gives may be: one answer must not bind more of the server than a request may. */

import { reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import type { Admitted } from './stages.js'

/** The most that one UTF-16 unit takes in JSON: a control character is written as six letters. */
const MOST_BYTES_A_UNIT = 6
/** Around a text there is little more than the names of its members. */
const ROOM = 256

/** Whether JSON text is more than `mostBytes` of UTF-8. Counted only where it can matter. */
export function isLonger(json: string, mostBytes: number): boolean {
  return json.length > mostBytes || (json.length * 3 > mostBytes && Buffer.byteLength(json) > mostBytes)
}

/** Whether this text, in whatever JSON, stays below `mostBytes`: known without writing it out. */
export function isSurelyShort(text: string, mostBytes: number): boolean {
  return text.length * MOST_BYTES_A_UNIT + ROOM <= mostBytes
}

/** Gives `value` as it is. Throws ANSWER_TOO_LARGE, and tells `onError`, where it is more JSON than `toolOutputLimitBytes`. */
export function withinLimit<T>(runtime: Runtime, { context }: Admitted, what: string, value: T): T {
  const { toolOutputLimitBytes } = runtime.config
  if (!isLonger(JSON.stringify(value) ?? '', toolOutputLimitBytes)) return value
  throw reportFailure(
    runtime,
    context.correlationId,
    'ANSWER_TOO_LARGE',
    new RangeError(`${what} gave more JSON than toolOutputLimitBytes allows (${toolOutputLimitBytes})`),
  )
}
