/** Writes the response to one POST: one JSON body, or an event stream as soon as a message must precede the answer. */

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

/** What an answer says of the whole response. */
export interface AnswerHead {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The response to one POST. It ends when every request of the POST was answered or abandoned. */
export class Exchange implements Waiter {
  readonly #writer: ResponseWriter
  /** Ids without an answer. An array, since most exchanges have one request, and the largest batch has fifty. */
  readonly #open: RequestId[]
  readonly #batch: boolean
  readonly #accepts: Accepts
  readonly #answers: WireText[] = []
  /** Bytes of `#answers`. */
  #length = 0
  #status = 200
  #headers: Readonly<Record<string, string>> = {}
  #stream: EventStream | null = null
  #streamTimer: NodeJS.Timeout | undefined

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

  /** Called if the answer is not ready at once: plans to open the stream before a proxy closes the idle connection. */
  onTurnEnd(): void {
    if (!this.#accepts.stream || this.#open.length === 0 || this.#stream !== null) return
    this.#streamTimer = setTimeout(() => this.#opened()?.keepAlive(), KEEP_ALIVE_MS).unref()
  }

  /** Sends a message before the answer, if the client takes a stream. Otherwise the message is dropped. */
  notify(message: JSONRPCMessage): void {
    if (this.#accepts.stream && this.#open.length > 0) this.#opened()?.send(message)
  }

  /** Answers one request. The HTTP status and headers have an effect only if nothing was sent yet, and not in a batch. */
  answer(id: RequestId, message: object, { status = 200, headers = {} }: AnswerHead = {}): void {
    if (!this.#open.includes(id)) return
    const text = this.#batch ? this.#limited(id, toText(message)) : toText(message)
    if (this.#stream === null) this.#answers.push(text)
    else this.#stream.sendText(text.join(''))
    if (!this.#batch) {
      this.#status = status
      this.#headers = headers
    }
    this.abandon(id)
  }

  /** Ends one request without an answer, since it was cancelled. */
  abandon(id: RequestId): void {
    const place = this.#open.indexOf(id)
    if (place >= 0) this.#open.splice(place, 1)
    if (place >= 0 && this.#open.length === 0) this.#finish()
  }

  /** The text of one answer of a batch, or ANSWERS_TOO_LARGE if the answers together exceed the limit of unsent bytes. */
  #limited(id: RequestId, text: WireText): WireText {
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
    clearTimeout(this.#streamTimer)
    const [first, ...more] = this.#answers
    if (this.#stream === null && first !== undefined && !this.#accepts.onlyStream) {
      sendText(this.#writer, this.#status, this.#batch ? listOf([first, ...more]) : first, this.#headers)
    } else if (this.#stream === null && first === undefined && !this.#accepts.stream) {
      sendEmpty(this.#writer, 202)
    } else {
      this.#opened()?.end()
    }
  }

  /** The stream, opened on first use; `null` if the host has sent a response already. */
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
