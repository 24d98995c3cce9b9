/** The one place where an adapter's failure or silence becomes an error of ours. Its text never leaves. */

import type { Waiter } from '../../foundation/async/event-loop-turn.js'
import { AllvError, isAllvError } from '../../foundation/errors/allv-error.js'
import type { ErrorCode } from '../../foundation/errors/catalogue.js'
import type { Runtime } from './runtime.js'

/** Runs an adapter's method; a rejection, a throw or a wait above `adapterTimeoutMs` becomes an AllvError, told to `onError`. */
export function callAdapter<T>(
  runtime: Runtime,
  correlationId: string,
  act: () => Promise<T>,
  code: ErrorCode = 'UNAVAILABLE',
): Promise<T> {
  return new Promise((resolve, reject) => {
    follow(new AdapterCall(runtime, correlationId, code, reject), act, resolve)
  })
}

/** The same for what has already happened, and what is only told: `onError` hears of a failure, and nobody else does. */
export function notifyAdapter(
  runtime: Runtime,
  correlationId: string,
  act: () => Promise<unknown>,
  code: ErrorCode = 'UNAVAILABLE',
): Promise<void> {
  return new Promise((resolve) => {
    follow(new AdapterCall(runtime, correlationId, code, () => resolve()), act, () => resolve())
  })
}

function follow<T>(call: AdapterCall, act: () => Promise<T>, resolve: (value: T) => void): void {
  try {
    // A host may give what is no promise, whatever its types say.
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

/** A call under way: it fails once, by its adapter or by the clock. */
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

  /** Caches and memory have answered before the event loop turns: nobody need watch the clock for them. */
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

/** Tells `onError`, and gives the error that the caller may be answered with. */
export function reportFailure(
  runtime: Runtime,
  correlationId: string,
  code: ErrorCode,
  cause: unknown,
): AllvError {
  runtime.config.onError(cause, { correlationId, code })
  return new AllvError(code, { cause, correlationId })
}

/** An AllvError as it is; anything else is a bug of ours or of an adapter and becomes INTERNAL. */
export function toAllvError(runtime: Runtime, correlationId: string, error: unknown): AllvError {
  return isAllvError(error) ? error : reportFailure(runtime, correlationId, 'INTERNAL', error)
}
