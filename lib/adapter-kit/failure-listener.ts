/** Reports failures of an adapter that no request waits for, such as a lost connection or an event that could not be sent. */

import { printFailure } from './failure-line.js'

/** The option `onError` of an adapter. `false`: failures are not reported. */
export type FailureOption = false | ((error: unknown) => void)

/**
 * The function that an adapter calls with a failure; it never throws. Default: one line on standard error, as for the library's own `onError`. Throws
 * a TypeError if `onError` is neither a function nor `false`.
 */
export function failureListener(
  onError: FailureOption | undefined,
  adapter: string,
): (error: unknown) => void {
  if (onError === false) return () => {}
  const report =
    onError ?? ((error: unknown) => printFailure(error, { correlationId: adapter, code: 'UNAVAILABLE' }))
  if (typeof report !== 'function') throw new TypeError('option onError must be a function (error), or false')
  return (error) => {
    try {
      report(error)
    } catch {
      // An `onError` that fails must not cause a second failure.
    }
  }
}
