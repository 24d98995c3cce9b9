/**
 * The one way to write to a response. Nothing is written after its end, the host may have ended it too; what is large goes out in pieces, as fast as it
 * is read; and what waits for the reader is counted.
 */

import type { ServerResponse } from 'node:http'
import type { Caller } from '../../control-plane/access/caller-key.js'
import type { WireText } from './rendered-json.js'
import type { Reader, UnsentLedger } from './unsent-ledger.js'

/** Small enough that even a slow reader is seen to read. */
const PIECE_BYTES = 64 * 1024

/** A response that fails is gone, and what was written to it concerns nobody. Without a listener its `error` would end the process. */
const ignore = () => {}

export class ResponseWriter implements Reader {
  readonly #res: ServerResponse
  readonly #ledger: UnsentLedger
  #owner: Caller | null = null
  /** Made when there are some: most answers are small. */
  #pieces: Buffer[] | null = null
  #queued = 0
  #handed = 0
  #held = 0
  #ending = false
  #wasCutOff = false
  #isCounted = false
  #onDrain: (() => void) | null = null
  #onFree: (() => void) | null = null

  constructor(res: ServerResponse, ledger: UnsentLedger) {
    this.#res = res
    this.#ledger = ledger
    res.on('error', ignore)
  }

  /** Whose bytes these are, as soon as that is known. */
  belongsTo(owner: Caller): void {
    this.#owner = owner
  }

  /** Bytes that may wait for one key and member. */
  get limit(): number {
    return this.#ledger.limit
  }

  get unsent(): number {
    return this.#held + this.#queued + this.#res.writableLength
  }

  get taken(): number {
    return this.#handed - this.#queued - this.#res.writableLength
  }

  get isHeld(): boolean {
    return this.#held > 0
  }

  /** Nothing can be written any more: we ended it, the host did so in our place, or the connection is gone. */
  get isOver(): boolean {
    return this.#ending || this.#res.destroyed || this.#res.writableEnded
  }

  get wasCutOff(): boolean {
    return this.#wasCutOff
  }

  get hasBegun(): boolean {
    return this.#res.headersSent
  }

  /** Whether a frame would go out at once. */
  get isFree(): boolean {
    return !this.#hasPieces && !this.#res.writableNeedDrain
  }

  /** Calls `act` once, when all that waits is taken as far as it need be for more to be written. */
  whenFree(act: () => void): void {
    if (this.isFree) act()
    else {
      this.#onFree = act
      this.#listen()
    }
  }

  setHeader(name: string, value: string): void {
    if (!this.isOver && !this.hasBegun) this.#res.setHeader(name, value)
  }

  /** Sends the head, unless somebody else has. */
  begin(status: number, headers: Readonly<Record<string, string | number>>): boolean {
    if (this.isOver || this.hasBegun) return false
    this.#res.writeHead(status, headers)
    return true
  }

  /** Counts what waits for the rest of an answer. */
  hold(bytes: number): void {
    this.#held += bytes
    this.#count()
  }

  write(text: string, length: number): void {
    if (this.isOver) return
    this.#handed += length
    if (!this.#hasPieces && length <= PIECE_BYTES) this.#res.write(text)
    else this.#queue([text])
    this.#count()
  }

  /** Writes the last of it, `length` bytes, and ends. */
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

  cutOff(): void {
    this.#wasCutOff = true
    this.#forget()
    this.#res.destroy()
  }

  #endWith(text: WireText, length: number): void {
    const [only, ...more] = text
    // As long in bytes as in letters: it is ASCII, which goes out without being encoded.
    if (typeof only === 'string' && more.length === 0)
      this.#res.end(only, only.length === length ? 'latin1' : 'utf8')
    else if (only === undefined) this.#res.end()
    else {
      // In one packet, whatever their number.
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
    // Once for all pieces: a host's compression adds such listeners to a stream of its own, and never removes one.
    this.#res.on('drain', this.#onDrain)
  }

  #pump(): void {
    if (this.#res.destroyed || this.#res.writableEnded) this.#forget()
    let goesOn = true
    while (goesOn) {
      const piece = this.#pieces?.shift()
      if (piece === undefined) break
      this.#queued -= piece.length
      // A host may have put a function of its own in place of this one, which gives nothing back.
      goesOn = this.#res.write(piece) !== false && !this.#res.writableNeedDrain
    }
    if (!this.#hasPieces) this.#tellFree()
    this.#count()
  }

  #tellFree(): void {
    const act = this.#onFree
    if (this.#ending) this.#res.end()
    else if (this.isFree && act !== null) {
      this.#onFree = null
      act()
    }
  }

  #count(): void {
    if (!this.#isCounted) {
      // As nearly all answers: taken at once.
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
