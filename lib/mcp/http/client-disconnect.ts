/** Cancels a request when its client disconnects. MCP 2026-07-28, basic/patterns/cancellation: on HTTP, closing the stream is the cancellation. */

import type { ServerResponse } from 'node:http'
import { type Cancellation, CancellationSource } from '../../foundation/async/cancellation.js'

/** It adds a listener to the response only when code asks for the signal, since most requests end at once. */
export class Disconnect implements Cancellation {
  readonly #res: ServerResponse
  #listening: { readonly canceller: CancellationSource; readonly onClose: () => void } | null = null

  constructor(res: ServerResponse) {
    this.#res = res
  }

  /** Whether the connection is closed. */
  get aborted(): boolean {
    return this.#res.destroyed
  }

  /** Aborts when the connection closes. */
  get signal(): AbortSignal {
    this.#listening ??= this.#listen()
    return this.#listening.canceller.signal
  }

  /** Stops listening. Called after the response is sent, when a closed connection no longer cancels the request. */
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
