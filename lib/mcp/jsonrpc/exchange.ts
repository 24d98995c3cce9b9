/** The answer to one POST: a single JSON body, or an event stream as soon as something has to be said before the end. */

import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { Waiter } from '../../foundation/async/event-loop-turn.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Accepts } from '../http/accept.js'
import { EventStream, KEEP_ALIVE_MS } from '../http/event-stream.js'
import { lengthOf, type WireText } from '../http/rendered-json.js'
import type { ResponseWriter } from '../http/response-writer.js'
import { sendEmpty, sendText, toText } from '../http/send.js'
import { toErrorResponse } from './errors.js'

const MAX_BACKLOG_BYTES = 8 * 1024 * 1024

export class Exchange implements Waiter {
  readonly #writer: ResponseWriter
  /** A list: most exchanges have one request, and the largest batch fifty. */
  readonly #open: RequestId[]
  readonly #batch: boolean
  readonly #accepts: Accepts
  readonly #answers: WireText[] = []
  /** Of the answers in it, in bytes. */
  #length = 0
  #status = 200
  #stream: EventStream | null = null
  #patience: NodeJS.Timeout | undefined

  constructor(
    writer: ResponseWriter,
    {
      ids,
      batch,
      accepts,
    }: { readonly ids: RequestId[]; readonly batch: boolean; readonly accepts: Accepts },
  ) {
    this.#writer = writer
    this.#open = ids
    this.#batch = batch
    this.#accepts = accepts
  }

  /** The answer takes its time: before what stands in between takes the connection for idle, the stream is opened. */
  onTurnEnd(): void {
    if (!this.#accepts.stream || this.#open.length === 0 || this.#stream !== null) return
    this.#patience = setTimeout(() => this.#opened()?.keepAlive(), KEEP_ALIVE_MS).unref()
  }

  /** Sends a message that precedes the answer, where the client takes a stream. */
  notify(message: JSONRPCMessage): void {
    if (this.#accepts.stream && this.#open.length > 0) this.#opened()?.send(message)
  }

  /** Answers one request. `status` counts only while nothing has been sent. */
  answer(id: RequestId, message: object, status = 200): void {
    if (!this.#open.includes(id)) return
    const text = this.#batch ? this.#within(id, toText(message)) : toText(message)
    if (this.#stream === null) this.#answers.push(text)
    else this.#stream.sendText(text.join(''))
    if (!this.#batch) this.#status = status
    this.abandon(id)
  }

  /** Ends one request without an answer: it was cancelled. */
  abandon(id: RequestId): void {
    const place = this.#open.indexOf(id)
    if (place >= 0) this.#open.splice(place, 1)
    if (place >= 0 && this.#open.length === 0) this.#finish()
  }

  /** One request may ask for fifty answers: together they are no more than may wait for their reader. */
  #within(id: RequestId, text: WireText): WireText {
    const writer = this.#writer
    const length = lengthOf(text)
    const waiting = this.#stream === null ? this.#length : writer.unsent
    if (waiting + length > writer.limit)
      return toText(toErrorResponse(new AllvError('ANSWERS_TOO_LARGE'), id, '2025'))
    if (this.#stream === null) {
      this.#length += length
      writer.hold(length)
    }
    return text
  }

  #finish(): void {
    clearTimeout(this.#patience)
    const [first, ...more] = this.#answers
    if (this.#stream === null && first !== undefined && !this.#accepts.onlyStream) {
      sendText(this.#writer, this.#status, this.#batch ? listOf([first, ...more]) : first)
    } else if (this.#stream === null && first === undefined && !this.#accepts.stream) {
      sendEmpty(this.#writer, 202)
    } else {
      this.#opened()?.end()
    }
  }

  /** The stream, opened when it is first needed; `null` where the host has answered in our place. */
  #opened(): EventStream | null {
    if (this.#stream !== null) return this.#stream
    const stream = new EventStream(this.#writer, { maxBacklogBytes: MAX_BACKLOG_BYTES })
    if (!stream.open()) return null
    this.#stream = stream
    if (this.#length > 0) this.#writer.hold(-this.#length)
    for (const text of this.#answers.splice(0)) stream.sendText(text.join(''))
    return stream
  }
}

function listOf(answers: readonly WireText[]): WireText {
  return ['[', ...answers.flatMap((text, i) => (i === 0 ? text : [',', ...text])), ']']
}
