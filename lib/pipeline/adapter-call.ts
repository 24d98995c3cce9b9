/** The one place where an adapter's failure or silence becomes an error of ours. Its text never leaves. */

import type { ErrorCode } from '../error-table.js'
import { AllvError, isAllvError } from '../errors.js'
import { settlesSoon } from './deadline.js'
import type { Plane } from './plane.js'

/** Runs an adapter's method; a rejection, a throw or a wait above `adapterTimeoutMs` becomes an AllvError, told to `onError`. */
export async function callAdapter<T>(
  plane: Plane,
  correlationId: string,
  act: () => Promise<T>,
  code: ErrorCode = 'UNAVAILABLE',
): Promise<T> {
  try {
    const work = Promise.resolve(act())
    // Nobody need watch the clock for what answers at once.
    return await ((await settlesSoon(work)) ? work : byTheClock(work, plane.config.adapterTimeoutMs))
  } catch (cause) {
    throw reportFailure(plane, correlationId, code, cause)
  }
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

function byTheClock<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the adapter did not answer within ${ms} ms`)), ms)
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
