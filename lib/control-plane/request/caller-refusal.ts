/** Makes the refusals that tell a caller what to send: the headers of this host over MCP, or what to pass to the Agent API. */

import type { Face } from '../../adapters/principal.js'
import { AllvError, type AllvErrorOptions } from '../../foundation/errors/allv-error.js'
import { ERRORS } from '../../foundation/errors/catalogue.js'
import { type Brand, DEFAULT_HEADER_PREFIX } from '../runtime/brand.js'

/** What the caller of the Agent API, which has no headers, can do. */
const AGENT_WORDS = {
  UNAUTHENTICATED: 'the key check refused this request; pass a valid API key of this workspace as apiKey',
  MEMBER_AMBIGUOUS: 'the member check refused this request; id and email of member must name the same member',
  MEMBER_REQUIRED:
    'the member check refused this request; pass member with the id or the email of the member',
  RATE_LIMITED: 'too many requests with this credential for this member; wait retryAfterSeconds seconds',
} as const

/** To whom the refusal is given. */
interface Caller extends AllvErrorOptions {
  readonly face: Face
  readonly brand: Brand
}

/** The error, in the words of the caller's face and with the header names of this brand. */
export function callerRefusal(
  code: keyof typeof AGENT_WORDS,
  { face, brand, ...options }: Caller,
): AllvError {
  const overMcp = ERRORS[code].message.replaceAll(DEFAULT_HEADER_PREFIX, brand.headerPrefix)
  return new AllvError(code, { ...options, message: face === 'agent' ? AGENT_WORDS[code] : overMcp })
}
