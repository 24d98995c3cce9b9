/** What an adapter tells of failures that no request waits for: a lost connection, an event that could not be sent. */

import { printFailure } from './failure-line.js'

/** `false`: nobody is told. */
export type FailureOption = false | ((error: unknown) => void)

/** What is behind an adapter's option `onError`. Default: one line on standard error, as of the library's own `onError`. Never throws itself. */
export function failureListener(
  onError: FailureOption | undefined,
  adapter: string,
): (error: unknown) => void {
  if (onError === false) return () => {}
  const tell =
    onError ?? ((error: unknown) => printFailure(error, { correlationId: adapter, code: 'UNAVAILABLE' }))
  if (typeof tell !== 'function') throw new TypeError('option onError must be a function (error), or false')
  return (error) => {
    try {
      tell(error)
    } catch {
      // A reporter that fails must not turn one failure into two.
    }
  }
}
