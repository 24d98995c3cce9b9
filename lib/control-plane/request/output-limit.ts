/** Limits the size of answers that adapters and tools return, so that one answer cannot take too much memory. */

import { reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import type { Admitted } from './stages.js'

/** The largest size of one UTF-16 unit in JSON: a control character takes six letters. */
const MAX_BYTES_PER_UNIT = 6
/** Bytes for the rest of a result around its text, mostly names of members. */
const OVERHEAD_BYTES = 256

/** Whether JSON text is more than `maxBytes` of UTF-8. Bytes are counted only when the length does not decide it. */
export function isLonger(json: string, maxBytes: number): boolean {
  return json.length > maxBytes || (json.length * 3 > maxBytes && Buffer.byteLength(json) > maxBytes)
}

/** Whether a result that is only this text stays within `maxBytes` of JSON, whatever its characters are. Does not serialize it. */
export function isSurelyShort(text: string, maxBytes: number): boolean {
  return text.length * MAX_BYTES_PER_UNIT + OVERHEAD_BYTES <= maxBytes
}

/** Returns `value`. Throws ANSWER_TOO_LARGE and reports to `onError` when it is more JSON than `toolOutputLimitBytes`. */
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
