/**
 * Writes to a response; no other file does. It writes nothing after the end, also if the host has ended the response. It sends large text in
 * pieces as fast as the client reads, and it counts unsent bytes.
 */

import type { ServerResponse } from 'node:http'
import type { Caller } from '../../control-plane/access/caller-key.js'
import type { WireText } from './rendered-json.js'
import type { Reader, UnsentLedger } from './unsent-ledger.js'

/** Bytes. Small enough that progress of a slow client can be seen. */
const PIECE_BYTES = 64 * 1024

/** Without a listener an `error` of the response would end the process. Nothing can be done about it: the client is gone. */
const ignore = () => {}

/** The writer of one response. */
export class ResponseWriter implements Reader {
  /** What `Vary` says of this answer. */
  readonly vary: string
  readonly #res: ServerResponse
  readonly #ledger: UnsentLedger
  #owner: Caller | null = null
  /** Made on first use, since most responses are small. */
  #pieces: Buffer[] | null = null
  #queued = 0
  #handed = 0
  #held = 0
  #ending = false
  #wasCutOff = false
  #isCounted = false
  #onDrain: (() => void) | null = null
  #onFree: (() => void) | null = null

  constructor(res: ServerResponse, ledger: UnsentLedger, vary: string) {
    this.vary = vary
    this.#res = res
    this.#ledger = ledger
    res.on('error', ignore)
  }

  /** Sets the caller whose limit these bytes count against. Called when the caller is known. */
  belongsTo(owner: Caller): void {
    this.#owner = owner
  }

  /** The most unsent bytes of one key and member. */
  get limit(): number {
    return this.#ledger.limit
  }

  /** Bytes that wait to be sent. */
  get unsent(): number {
    return this.#held + this.#queued + this.#res.writableLength
  }

  /** Bytes that were sent so far. */
  get taken(): number {
    return this.#handed - this.#queued - this.#res.writableLength
  }

  /** Whether bytes wait for the rest of the response. */
  get isHeld(): boolean {
    return this.#held > 0
  }

  /** Whether nothing can be written any more: the response was ended, here or by the host, or the connection is closed. */
  get isOver(): boolean {
    return this.#ending || this.#res.destroyed || this.#res.writableEnded
  }

  /** Whether the client was cut off because it did not read. */
  get wasCutOff(): boolean {
    return this.#wasCutOff
  }

  /** Whether the response headers were sent. */
  get hasBegun(): boolean {
    return this.#res.headersSent
  }

  /** Whether a frame would be sent at once. */
  get isFree(): boolean {
    return !this.#hasPieces && !this.#res.writableNeedDrain
  }

  /** Calls `act` once, when the response can take more data. That may be at once. */
  whenFree(act: () => void): void {
    if (this.isFree) act()
    else {
      this.#onFree = act
      this.#listen()
    }
  }

  /** Sets a response header, unless the headers were sent. */
  setHeader(name: string, value: string): void {
    if (!this.isOver && !this.hasBegun) this.#res.setHeader(name, value)
  }

  /** Sends status and headers; `false` if the response has begun or ended already. */
  begin(status: number, headers: Readonly<Record<string, string | number>>): boolean {
    if (this.isOver || this.hasBegun) return false
    this.#res.writeHead(status, headers)
    return true
  }

  /** Counts bytes that are held back until the rest of the response is ready. Negative: they are no longer held. */
  hold(bytes: number): void {
    this.#held += bytes
    this.#count()
  }

  /** Writes text of `length` bytes. */
  write(text: string, length: number): void {
    if (this.isOver) return
    this.#handed += length
    if (!this.#hasPieces && length <= PIECE_BYTES) this.#res.write(text)
    else this.#queue([text])
    this.#count()
  }

  /** Writes the last `length` bytes and ends the response. */
  end(text: WireText = [], length = 0): void {
    if (this.isOver) return
    this.#held = 0
    this.#handed += length
    if (this.#hasPieces || length > PIECE_BYTES) {
      this.#ending = true
      this.#queue(text)
    } else this.#endWith(text, length)
    this.#count()
  }

  /** Closes the connection of a client that does not read. */
  cutOff(): void {
    this.#wasCutOff = true
    this.#forget()
    this.#res.destroy()
  }

  #endWith(text: WireText, length: number): void {
    const [only, ...more] = text
    // If it has as many bytes as UTF-16 units, it is ASCII. Latin-1 then saves the encoding.
    if (typeof only === 'string' && more.length === 0)
      this.#res.end(only, only.length === length ? 'latin1' : 'utf8')
    else if (only === undefined) this.#res.end()
    else {
      // All parts in one packet.
      this.#res.cork()
      for (const part of text) this.#res.write(part)
      this.#res.end()
    }
  }

  get #hasPieces(): boolean {
    return this.#pieces !== null && this.#pieces.length > 0
  }

  #queue(text: WireText): void {
    this.#pieces ??= []
    for (const part of text) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part
      this.#queued += bytes.length
      for (let from = 0; from < bytes.length; from += PIECE_BYTES)
        this.#pieces.push(bytes.subarray(from, from + PIECE_BYTES))
    }
    this.#listen()
    if (!this.#res.writableNeedDrain) this.#pump()
  }

  #listen(): void {
    if (this.#onDrain !== null) return
    this.#onDrain = () => this.#pump()
    // One listener for all pieces: a host's compression passes it to its own stream and never removes it.
    this.#res.on('drain', this.#onDrain)
  }

  #pump(): void {
    if (this.#res.destroyed || this.#res.writableEnded) this.#forget()
    let goesOn = true
    while (goesOn) {
      const piece = this.#pieces?.shift()
      if (piece === undefined) break
      this.#queued -= piece.length
      // A host may have replaced `write` with a function that returns nothing.
      goesOn = this.#res.write(piece) !== false && !this.#res.writableNeedDrain
    }
    if (!this.#hasPieces) this.#onPiecesSent()
    this.#count()
  }

  #onPiecesSent(): void {
    const act = this.#onFree
    if (this.#ending) this.#res.end()
    else if (this.isFree && act !== null) {
      this.#onFree = null
      act()
    }
  }

  #count(): void {
    if (!this.#isCounted) {
      // Nearly all responses are sent at once and need no count.
      if (this.unsent === 0) return
      this.#isCounted = true
      this.#res.once('close', () => this.#forget())
    }
    this.#ledger.note(this, this.#owner)
  }

  #forget(): void {
    this.#pieces = null
    this.#queued = 0
    this.#held = 0
    this.#onFree = null
    this.#ledger.forget(this)
  }
}
