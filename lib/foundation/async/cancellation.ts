/** Whether a call was taken back. An AbortSignal costs more than the rest of a small call, so there is one only for those who listen. */

import { NEVER } from './deadline.js'

/** A signal that can be asked without being there. */
export interface Cancellation {
  readonly aborted: boolean
  /** Made when it is first asked for. */
  readonly signal: AbortSignal
}

export class CancellationSource implements Cancellation {
  #aborted = false
  #controller: AbortController | null = null

  get aborted(): boolean {
    return this.#aborted
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#aborted) this.#controller.abort()
    return this.#controller.signal
  }

  abort(): void {
    this.#aborted = true
    this.#controller?.abort()
  }

  /** Aborts as soon as `other` does. */
  follow(other: AbortSignal): void {
    if (other.aborted) this.abort()
    else other.addEventListener('abort', () => this.abort(), { once: true })
  }
}

/** Of what nobody takes back. */
export const NOT_CANCELLED: Cancellation = Object.freeze({ aborted: false, signal: NEVER })

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
