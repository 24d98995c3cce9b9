/** Writes a stream of server-sent events. Comments at intervals keep proxies from closing an idle stream. */

import type { ResponseWriter } from './response-writer.js'
import { beginStream, toText } from './send.js'

/** Milliseconds between two keep-alive comments. */
export const KEEP_ALIVE_MS = 15_000
const KEEP_ALIVE = ': keep-alive\n\n'

/** How one stream behaves. */
export interface EventStreamOptions {
  /** The most unsent bytes, besides the last frame. A client with more is cut off. */
  readonly maxBacklogBytes: number
  /** Called at every keep-alive. */
  readonly onKeepAlive?: () => void
}

/** One event stream on one response. */
export class EventStream {
  readonly #writer: ResponseWriter
  readonly #options: EventStreamOptions
  #timer: NodeJS.Timeout | undefined
  #lastFrame = 0

  constructor(writer: ResponseWriter, options: EventStreamOptions) {
    this.#writer = writer
    this.#options = options
  }

  /** Sends the response headers; `false` if the host has sent a response already. */
  open(): boolean {
    if (!beginStream(this.#writer)) return false
    this.#timer = setInterval(() => this.#onTimer(), KEEP_ALIVE_MS).unref()
    return true
  }

  /** Sends one message, or cuts off a client that does not read. */
  send(message: object): void {
    const writer = this.#writer
    if (writer.isOver) this.stop()
    else if (writer.unsent > this.#options.maxBacklogBytes + this.#lastFrame) {
      this.stop()
      writer.cutOff()
    } else this.sendText(toText(message).join(''))
  }

  /** Sends one message that is JSON text already. It does not check whether the client reads. */
  sendText(json: string): void {
    const frame = `event: message\ndata: ${json}\n\n`
    this.#lastFrame = Buffer.byteLength(frame)
    this.#writer.write(frame, this.#lastFrame)
  }

  /** Sends a keep-alive comment. */
  keepAlive(): void {
    // If bytes are waiting, they keep the connection alive.
    if (this.#writer.isFree) this.#writer.write(KEEP_ALIVE, KEEP_ALIVE.length)
  }

  /** Ends the stream and the response. */
  end(): void {
    this.stop()
    this.#writer.end()
  }

  /** Stops the keep-alive timer and leaves the response as it is. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #onTimer(): void {
    if (this.#writer.isOver) this.stop()
    else {
      this.keepAlive()
      this.#options.onKeepAlive?.()
    }
  }
}
