/** The arguments of a call in process: a copy in JSON, as a client would have sent it, or why there is none. */

import { AllvError } from '../foundation/errors/allv-error.js'
import { pointerToken } from '../foundation/json/json-copy.js'
import { cut } from '../foundation/text/text.js'

export type Sent = { readonly value: unknown } | { readonly error: AllvError }

/** Taken before anything else happens: what is checked and approved cannot change under our hands. */
export function asJson(args: unknown): Sent {
  try {
    return { value: JSON.parse(JSON.stringify(args, refuseOddNumbers)) }
  } catch (cause) {
    return {
      error: cause instanceof OddNumber ? oddNumber(args) : new AllvError('INVALID_PARAMS', { cause }),
    }
  }
}

class OddNumber extends Error {}

/** JSON has no such numbers, and `null` in their place would be another call. RFC 8259, section 6. */
function refuseOddNumbers(_: string, value: unknown): unknown {
  if (isOddNumber(value)) throw new OddNumber()
  return value
}

function isOddNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value)
}

/** UTF-16 units. */
const LONGEST_POINTER = 500

/** Reads the arguments once more: only now is it worth knowing where each value stands. */
function oddNumber(args: unknown): AllvError {
  const pointers = new Map<unknown, string>()
  let path = ''
  JSON.stringify(args, function note(this: unknown, key: string, value: unknown) {
    const holder = pointers.get(this)
    const pointer = holder === undefined ? '' : cut(`${holder}/${pointerToken(key)}`, LONGEST_POINTER)
    if (isOddNumber(value)) path ||= pointer
    if (typeof value === 'object' && value !== null) pointers.set(value, pointer)
    return isOddNumber(value) ? null : value
  })
  const problem = { path, message: 'is no number that JSON can say' }
  return new AllvError('INVALID_ARGUMENTS', { details: { problems: [problem] } })
}
