/** Cancellation of a call. An AbortSignal costs more than the rest of a small call, so it is made only when code asks for it. */

import { NEVER } from './deadline.js'

/** Says whether a call was cancelled, without an AbortSignal until one is needed. */
export interface Cancellation {
  /** Whether the call was cancelled. */
  readonly aborted: boolean
  /** The AbortSignal of the call. It is made on first use. */
  readonly signal: AbortSignal
}

/** A cancellation with the method that cancels. */
export class CancellationSource implements Cancellation {
  #aborted = false
  #controller: AbortController | null = null

  /** Whether the call was cancelled. */
  get aborted(): boolean {
    return this.#aborted
  }

  /** The AbortSignal of the call. It is made on first use. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#aborted) this.#controller.abort()
    return this.#controller.signal
  }

  /** Cancels. A second call does nothing. */
  abort(): void {
    this.#aborted = true
    this.#controller?.abort()
  }

  /** Cancels when `other` aborts, or at once if it has aborted already. */
  follow(other: AbortSignal): void {
    if (other.aborted) this.abort()
    else other.addEventListener('abort', () => this.abort(), { once: true })
  }
}

/** For a call that cannot be cancelled. */
export const NOT_CANCELLED: Cancellation = Object.freeze({ aborted: false, signal: NEVER })

/** A cancellation that follows an existing signal. */
export function cancelledBy(signal: AbortSignal): Cancellation {
  return new SignalCancellation(signal)
}

class SignalCancellation implements Cancellation {
  readonly signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.signal = signal
  }

  get aborted(): boolean {
    return this.signal.aborted
  }
}
