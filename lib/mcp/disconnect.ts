/** A client that goes away before it has its answer. MCP 2026-07-28, basic/patterns/cancellation: on this transport it has cancelled. */

import type { ServerResponse } from 'node:http'
import { type Cancel, Canceller } from '../pipeline/cancel.js'

/** Listens to the connection only where somebody listens here: what answers at once needs no more than a look at it. */
export class Disconnect implements Cancel {
  readonly #res: ServerResponse
  readonly #onClose = () => this.#canceller.abort()
  readonly #canceller = new Canceller()
  #listens = false

  constructor(res: ServerResponse) {
    this.#res = res
  }

  get aborted(): boolean {
    return this.#canceller.aborted || this.#res.destroyed
  }

  get signal(): AbortSignal {
    if (this.aborted) this.#canceller.abort()
    else if (!this.#listens) this.#res.once('close', this.#onClose)
    this.#listens = true
    return this.#canceller.signal
  }

  /** The answer is out: what becomes of the connection now is no longer this call's. */
  end(): void {
    if (this.#listens) this.#res.off('close', this.#onClose)
  }
}
