/** A client that goes away before it has its answer. MCP 2026-07-28, basic/patterns/cancellation: on this transport it has cancelled. */

import type { ServerResponse } from 'node:http'
import { type Cancellation, CancellationSource } from '../../foundation/async/cancellation.js'

/** Listens to the connection only where somebody listens here: what answers at once needs no more than a look at it. */
export class Disconnect implements Cancellation {
  readonly #res: ServerResponse
  #listening: { readonly canceller: CancellationSource; readonly onClose: () => void } | null = null

  constructor(res: ServerResponse) {
    this.#res = res
  }

  get aborted(): boolean {
    return this.#res.destroyed
  }

  get signal(): AbortSignal {
    this.#listening ??= this.#listen()
    return this.#listening.canceller.signal
  }

  /** The answer is out: what becomes of the connection now is no longer this call's. */
  end(): void {
    if (this.#listening !== null) this.#res.off('close', this.#listening.onClose)
  }

  #listen(): { readonly canceller: CancellationSource; readonly onClose: () => void } {
    const canceller = new CancellationSource()
    const onClose = () => canceller.abort()
    if (this.#res.destroyed) onClose()
    else this.#res.once('close', onClose)
    return { canceller, onClose }
  }
}
