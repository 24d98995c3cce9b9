/** Makes the refusals of the member step, which name the two member headers of this host. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import { ERRORS } from '../../foundation/errors/catalogue.js'
import { type Brand, DEFAULT_HEADER_PREFIX } from '../runtime/brand.js'

/** The error, with the header names of this brand in its message. */
export function memberRefusal(
  { headerPrefix }: Brand,
  code: 'MEMBER_AMBIGUOUS' | 'MEMBER_REQUIRED',
): AllvError {
  return new AllvError(code, {
    message: ERRORS[code].message.replaceAll(DEFAULT_HEADER_PREFIX, headerPrefix),
  })
}
