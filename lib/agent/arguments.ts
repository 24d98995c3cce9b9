/** Converts the arguments of an Agent API call to JSON, as an MCP client would send them. */

import { AllvError } from '../foundation/errors/allv-error.js'
import { pointerToken } from '../foundation/json/json-copy.js'
import { cut } from '../foundation/text/text.js'

/** The arguments as JSON, or why they are refused. */
export type Sent = { readonly value: unknown } | { readonly error: AllvError }

/** Copies the arguments before any other step, so that the caller cannot change them after they are checked or approved. */
export function asJson(args: unknown): Sent {
  try {
    return { value: JSON.parse(JSON.stringify(args, refuseNonFiniteNumbers)) }
  } catch (cause) {
    return {
      error:
        cause instanceof NonFiniteNumber
          ? nonFiniteNumberError(args)
          : new AllvError('INVALID_PARAMS', { cause }),
    }
  }
}

class NonFiniteNumber extends Error {}

/** JSON has no NaN or Infinity (RFC 8259, section 6). JSON.stringify would write `null`, which is another argument. */
function refuseNonFiniteNumbers(_: string, value: unknown): unknown {
  if (isNonFiniteNumber(value)) throw new NonFiniteNumber()
  return value
}

function isNonFiniteNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value)
}

/** Longest JSON Pointer in a problem, in UTF-16 units. */
const LONGEST_POINTER = 500

/** The error with the JSON Pointer of the number. Reads the arguments a second time, so that valid calls need no pointers. */
function nonFiniteNumberError(args: unknown): AllvError {
  const pointers = new Map<unknown, string>()
  let path = ''
  JSON.stringify(args, function track(this: unknown, key: string, value: unknown) {
    const parent = pointers.get(this)
    const pointer = parent === undefined ? '' : cut(`${parent}/${pointerToken(key)}`, LONGEST_POINTER)
    if (isNonFiniteNumber(value)) path ||= pointer
    if (typeof value === 'object' && value !== null) pointers.set(value, pointer)
    return isNonFiniteNumber(value) ? null : value
  })
  const problem = { path, message: 'is no number that JSON can say' }
  return new AllvError('INVALID_ARGUMENTS', { details: { problems: [problem] } })
}
