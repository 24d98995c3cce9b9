/** The answer to one POST: a single JSON body, or an event stream as soon as something has to be said before the end. */

import type { ServerResponse } from 'node:http'
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { Accepts } from './accept.js'
import { STREAM_HEADERS, sendEmpty, sendJson, toText } from './send.js'

const KEEP_ALIVE_MS = 15_000
/** A reader that is this far behind is not reading. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024

export class Exchange {
  readonly #res: ServerResponse
  /** A list: most exchanges have one request, and the largest batch fifty. */
  readonly #open: RequestId[]
  readonly #batch: boolean
  readonly #accepts: Accepts
  readonly #answers: object[] = []
  #status = 200
  #streaming = false
  #keepAlive: NodeJS.Timeout | undefined

  constructor(
    res: ServerResponse,
    {
      ids,
      batch,
      accepts,
    }: { readonly ids: RequestId[]; readonly batch: boolean; readonly accepts: Accepts },
  ) {
    this.#res = res
    this.#open = ids
    this.#batch = batch
    this.#accepts = accepts
  }

  /** Sends a message that precedes the answer, where the client takes a stream. */
  notify(message: JSONRPCMessage): void {
    if (!this.#accepts.stream || this.#open.length === 0) return
    this.#stream()
    this.#send(message)
  }

  /** Answers one request. `status` counts only while nothing has been sent. */
  answer(id: RequestId, message: object, status = 200): void {
    if (!this.#open.includes(id)) return
    if (this.#streaming) this.#send(message)
    else this.#answers.push(message)
    if (!this.#batch) this.#status = status
    this.abandon(id)
  }

  /** Ends one request without an answer: it was cancelled. */
  abandon(id: RequestId): void {
    const place = this.#open.indexOf(id)
    if (place >= 0) this.#open.splice(place, 1)
    if (place >= 0 && this.#open.length === 0) this.#finish()
  }

  #finish(): void {
    clearInterval(this.#keepAlive)
    const res = this.#res
    // The host may have answered in our place: it has its own ideas of how long a request takes.
    if (res.destroyed || (this.#streaming ? res.writableEnded : res.headersSent)) return
    const [first] = this.#answers
    if (!this.#streaming && first !== undefined && !this.#accepts.onlyStream) {
      sendJson(res, this.#status, this.#batch ? this.#answers : first)
    } else if (!this.#streaming && first === undefined && !this.#accepts.stream) {
      sendEmpty(res, 202)
    } else {
      this.#stream()
      for (const message of this.#answers) this.#send(message)
      res.end()
    }
  }

  #stream(): void {
    const res = this.#res
    if (this.#streaming || res.headersSent) return
    this.#streaming = true
    res.writeHead(200, STREAM_HEADERS)
    this.#keepAlive = setInterval(() => res.write(': keep-alive\n\n'), KEEP_ALIVE_MS)
    this.#keepAlive.unref()
    res.once('close', () => clearInterval(this.#keepAlive))
  }

  #send(message: object): void {
    const res = this.#res
    if (!this.#streaming || res.destroyed || res.writableEnded) return
    if (res.writableLength > MAX_UNSENT_BYTES) res.destroy()
    else res.write(`event: message\ndata: ${toText(message).join('')}\n\n`)
  }
}
