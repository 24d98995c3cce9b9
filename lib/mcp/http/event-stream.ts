/** An event stream: its head, its frames, a comment now and then so that proxies keep it open, and its end. */

import type { ResponseWriter } from './response-writer.js'
import { STREAM_HEADERS, toText } from './send.js'

export const KEEP_ALIVE_MS = 15_000
const KEEP_ALIVE = ': keep-alive\n\n'

export interface EventStreamOptions {
  /** A reader that is further behind than this, besides the last frame, is not reading. Bytes. */
  readonly maxBacklogBytes: number
  /** Called with every keep-alive that is due. */
  readonly onBeat?: () => void
}

export class EventStream {
  readonly #writer: ResponseWriter
  readonly #options: EventStreamOptions
  #beat: NodeJS.Timeout | undefined
  #lastFrame = 0

  constructor(writer: ResponseWriter, options: EventStreamOptions) {
    this.#writer = writer
    this.#options = options
  }

  /** Sends the head; `false` where the response has begun without us. */
  open(): boolean {
    if (!this.#writer.begin(200, STREAM_HEADERS)) return false
    this.#beat = setInterval(() => this.#onBeat(), KEEP_ALIVE_MS).unref()
    return true
  }

  /** Sends one message; a reader that does not read is cut off instead. */
  send(message: object): void {
    const writer = this.#writer
    if (writer.isOver) this.stop()
    else if (writer.unsent > this.#options.maxBacklogBytes + this.#lastFrame) {
      this.stop()
      writer.cutOff()
    } else this.sendText(toText(message).join(''))
  }

  /** The same for a message in JSON. */
  sendText(json: string): void {
    const frame = `event: message\ndata: ${json}\n\n`
    this.#lastFrame = Buffer.byteLength(frame)
    this.#writer.write(frame, this.#lastFrame)
  }

  keepAlive(): void {
    // What waits is sign of life enough, for those who read.
    if (this.#writer.isFree) this.#writer.write(KEEP_ALIVE, KEEP_ALIVE.length)
  }

  end(): void {
    this.stop()
    this.#writer.end()
  }

  /** Sends nothing more. The response is ended already, or will be by somebody else. */
  stop(): void {
    clearInterval(this.#beat)
  }

  #onBeat(): void {
    if (this.#writer.isOver) this.stop()
    else {
      this.keepAlive()
      this.#options.onBeat?.()
    }
  }
}
