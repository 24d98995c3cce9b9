/** The one place where an adapter's failure or silence becomes an error of ours. Its text never leaves. */

import type { ErrorCode } from '../error-table.js'
import { AllvError, isAllvError } from '../errors.js'
import type { Plane } from './plane.js'

/** Runs an adapter's method; a rejection, a throw or a wait above `adapterTimeoutMs` becomes an AllvError, told to `onError`. */
export function callAdapter<T>(
  plane: Plane,
  correlationId: string,
  act: () => Promise<T>,
  code: ErrorCode = 'UNAVAILABLE',
): Promise<T> {
  return new Promise((resolve, reject) => {
    const { adapterTimeoutMs: ms } = plane.config
    let timer: NodeJS.Timeout | null = null
    let open = true
    const end = () => {
      open = false
      if (timer !== null) clearTimeout(timer)
    }
    const fail = (cause: unknown) => {
      if (!open) return
      end()
      try {
        reject(reportFailure(plane, correlationId, code, cause))
      } catch (thrown) {
        reject(thrown)
      }
    }
    try {
      // A host may give what is no promise, whatever its types say.
      Promise.resolve(act()).then((value) => {
        end()
        resolve(value)
      }, fail)
    } catch (cause) {
      fail(cause)
    }
    // Caches and memory have answered before the event loop turns: nobody need watch the clock for them.
    process.nextTick(() => {
      if (open) timer = setTimeout(() => fail(new Error(`the adapter did not answer within ${ms} ms`)), ms)
    })
  })
}

/** Tells `onError`, and gives the error that the caller may be answered with. */
export function reportFailure(
  plane: Plane,
  correlationId: string,
  code: ErrorCode,
  cause: unknown,
): AllvError {
  plane.config.onError(cause, { correlationId, code })
  return new AllvError(code, { cause, correlationId })
}

/** An AllvError as it is; anything else is a bug of ours or of an adapter and becomes INTERNAL. */
export function toAllvError(plane: Plane, correlationId: string, error: unknown): AllvError {
  return isAllvError(error) ? error : reportFailure(plane, correlationId, 'INTERNAL', error)
}
