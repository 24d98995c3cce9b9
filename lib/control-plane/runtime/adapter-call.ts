/** Calls adapters. The only place where a failure or timeout of an adapter becomes an `AllvError`; its text is never sent to a caller. */

import type { Waiter } from '../../foundation/async/event-loop-turn.js'
import { AllvError, isAllvError } from '../../foundation/errors/allv-error.js'
import type { ErrorCode } from '../../foundation/errors/catalogue.js'
import type { Runtime } from './runtime.js'

/** Runs a method of an adapter. A rejection, a throw or a wait above `adapterTimeoutMs` is reported to `onError` and becomes an `AllvError`. */
export function callAdapter<T>(
  runtime: Runtime,
  correlationId: string,
  act: () => Promise<T>,
  code: ErrorCode = 'UNAVAILABLE',
): Promise<T> {
  return new Promise((resolve, reject) => {
    runCall(new AdapterCall(runtime, correlationId, code, reject), act, resolve)
  })
}

/** Like `callAdapter`, but never rejects. For what has already happened. Only `onError` receives a failure. */
export function notifyAdapter(
  runtime: Runtime,
  correlationId: string,
  act: () => Promise<unknown>,
  code: ErrorCode = 'UNAVAILABLE',
): Promise<void> {
  return new Promise((resolve) => {
    runCall(new AdapterCall(runtime, correlationId, code, () => resolve()), act, () => resolve())
  })
}

function runCall<T>(call: AdapterCall, act: () => Promise<T>, resolve: (value: T) => void): void {
  try {
    // A host may return a value that is not a promise, in spite of its types.
    Promise.resolve(act()).then(
      (value) => {
        call.end()
        resolve(value)
      },
      (cause) => call.fail(cause),
    )
    call.watch()
  } catch (cause) {
    call.fail(cause)
  }
}

/** A call that is running. It fails once, by its adapter or by the timeout. */
class AdapterCall implements Waiter {
  readonly #runtime: Runtime
  readonly #correlationId: string
  readonly #code: ErrorCode
  readonly #reject: (error: unknown) => void
  #open = true
  #timer: NodeJS.Timeout | null = null

  constructor(runtime: Runtime, correlationId: string, code: ErrorCode, reject: (error: unknown) => void) {
    this.#runtime = runtime
    this.#correlationId = correlationId
    this.#code = code
    this.#reject = reject
  }

  /** Starts the timeout after the event loop turns. Caches answer before that, and need no timer. */
  watch(): void {
    this.#runtime.afterTurn.schedule(this.#correlationId, this)
  }

  onTurnEnd(): void {
    if (!this.#open) return
    const { adapterTimeoutMs: ms } = this.#runtime.config
    this.#timer = setTimeout(() => this.fail(new Error(`the adapter did not answer within ${ms} ms`)), ms)
  }

  fail(cause: unknown): void {
    if (!this.#open) return
    this.end()
    try {
      this.#reject(reportFailure(this.#runtime, this.#correlationId, this.#code, cause))
    } catch (thrown) {
      this.#reject(thrown)
    }
  }

  end(): void {
    this.#open = false
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}

/** Reports a failure to `onError`. Returns the error for the caller. */
export function reportFailure(
  runtime: Runtime,
  correlationId: string,
  code: ErrorCode,
  cause: unknown,
): AllvError {
  runtime.config.onError(cause, { correlationId, code })
  return new AllvError(code, { cause, correlationId })
}

/** Returns an `AllvError` as it is. Any other error is a bug of the library or an adapter, is reported to `onError`, and becomes INTERNAL. */
export function toAllvError(runtime: Runtime, correlationId: string, error: unknown): AllvError {
  return isAllvError(error) ? error : reportFailure(runtime, correlationId, 'INTERNAL', error)
}
