/** Counts unsent bytes for each key and member, over all of their connections, and cuts off clients that do not read. */

import { type Caller, callerKey, credentialKey } from '../../control-plane/access/caller-key.js'

/** The part of a response that the ledger uses. */
export interface Reader {
  /** Bytes that wait to be sent. */
  readonly unsent: number
  /** Bytes that were sent so far. Never decreases. */
  readonly taken: number
  /** Whether the bytes wait for the rest of the response, and not for the client. */
  readonly isHeld: boolean
  /** Closes the connection. */
  cutOff(): void
}

interface Account {
  readonly name: string
  readonly limit: number
  readonly entries: Set<Entry>
}

interface Entry {
  readonly reader: Reader
  readonly accounts: readonly Account[]
  taken: number
  /** A counter, not a time. The entry with the lowest number has taken nothing for the longest time. */
  tookAt: number
  idleSweeps: number
}

const SWEEP_MS = 5000
/** A client that reads nothing for half a minute is cut off. */
const MOST_IDLE_SWEEPS = 6
/** The limit of a key for all its members together, as a multiple of the limit of one member. */
const MEMBERS_OF_A_KEY = 4

/** The ledger of one router. */
export class UnsentLedger {
  /** The most unsent bytes of one key and member. */
  readonly limit: number
  readonly #entries = new Map<Reader, Entry>()
  readonly #accounts = new Map<string, Account>()
  #taken = 0
  #sweep: NodeJS.Timeout | undefined

  constructor(limit: number) {
    this.limit = limit
  }

  /**
   * Called after bytes were written or sent. Above the limit, the client that has taken nothing for the longest time is cut off. A single
   * response may exceed the limit, since otherwise a large one could never be read.
   */
  note(reader: Reader, owner: Caller | null): void {
    if (reader.unsent === 0) {
      this.forget(reader)
      return
    }
    const entry = this.#entries.get(reader) ?? this.#add(reader, owner)
    this.#hasProgressed(entry)
    for (const account of entry.accounts) this.#keepWithin(account)
  }

  /** Removes a response that has nothing unsent or is closed. */
  forget(reader: Reader): void {
    const entry = this.#entries.get(reader)
    if (entry === undefined) return
    this.#entries.delete(reader)
    for (const { entries, name } of entry.accounts) {
      entries.delete(entry)
      if (entries.size === 0) this.#accounts.delete(name)
    }
    if (this.#entries.size > 0) return
    clearInterval(this.#sweep)
    this.#sweep = undefined
  }

  #add(reader: Reader, owner: Caller | null): Entry {
    const accounts = owner === null ? [] : this.#accountsOf(owner)
    this.#taken += 1
    const entry = { reader, accounts, taken: reader.taken, tookAt: this.#taken, idleSweeps: 0 }
    this.#entries.set(reader, entry)
    for (const { entries } of accounts) entries.add(entry)
    this.#sweep ??= setInterval(() => this.#sweepAll(), SWEEP_MS).unref()
    return entry
  }

  #accountsOf(owner: Caller): readonly Account[] {
    return [
      this.#account(callerKey(owner), this.limit),
      this.#account(credentialKey(owner), this.limit * MEMBERS_OF_A_KEY),
    ]
  }

  #account(name: string, limit: number): Account {
    const account = this.#accounts.get(name) ?? { name, limit, entries: new Set<Entry>() }
    this.#accounts.set(name, account)
    return account
  }

  /** Whether the client has taken bytes since the last check. */
  #hasProgressed(entry: Entry): boolean {
    const { taken } = entry.reader
    if (taken <= entry.taken) return false
    this.#taken += 1
    entry.taken = taken
    entry.tookAt = this.#taken
    entry.idleSweeps = 0
    return true
  }

  #keepWithin({ entries, limit }: Account): void {
    while (entries.size > 1 && sumOf(entries) > limit) this.#cutOff(slowestOf(entries))
  }

  #sweepAll(): void {
    for (const entry of [...this.#entries.values()]) {
      const { reader } = entry
      if (reader.unsent === 0) this.forget(reader)
      else if (!this.#hasProgressed(entry) && !reader.isHeld) entry.idleSweeps += 1
      if (entry.idleSweeps >= MOST_IDLE_SWEEPS) this.#cutOff(entry)
    }
  }

  #cutOff({ reader }: Entry): void {
    this.forget(reader)
    reader.cutOff()
  }
}

function sumOf(entries: ReadonlySet<Entry>): number {
  let sum = 0
  for (const { reader } of entries) sum += reader.unsent
  return sum
}

function slowestOf(entries: ReadonlySet<Entry>): Entry {
  return [...entries].reduce((slowest, entry) => (entry.tookAt < slowest.tookAt ? entry : slowest))
}
