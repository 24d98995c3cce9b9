/** Counts the bytes that wait for their readers, for each key and member over all of their connections, and cuts off who does not read. */

import { type Caller, callerKey, credentialKey } from '../../control-plane/access/caller-key.js'

/** A response, as far as the count is concerned. */
export interface Reader {
  /** Bytes that wait for it. */
  readonly unsent: number
  /** Bytes that it has taken so far. Never falls. */
  readonly taken: number
  /** Whether these bytes wait for the rest of an answer, and not for the reader. */
  readonly isHeld: boolean
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
  /** Grows with every entry that takes something: the least one has taken nothing for the longest time. */
  tookAt: number
  idleSweeps: number
}

const SWEEP_MS = 5000
/** A reader that takes nothing for half a minute is cut off. */
const MOST_IDLE_SWEEPS = 6
/** A key that acts for many members has this many times the limit for all of them. */
const MEMBERS_OF_A_KEY = 4

export class UnsentLedger {
  /** Bytes for each key and member. */
  readonly limit: number
  readonly #entries = new Map<Reader, Entry>()
  readonly #accounts = new Map<string, Account>()
  #taken = 0
  #sweep: NodeJS.Timeout | undefined

  constructor(limit: number) {
    this.limit = limit
  }

  /**
   * To be called when something was written for the reader, or taken by it. Above the limit the reader that has taken nothing for the
   * longest time is cut off; one alone may have more than the limit, for else a large answer could never be read.
   */
  note(reader: Reader, owner: Caller | null): void {
    if (reader.unsent === 0) {
      this.forget(reader)
      return
    }
    const entry = this.#entries.get(reader) ?? this.#add(reader, owner)
    this.#look(entry)
    for (const account of entry.accounts) this.#keepWithin(account)
  }

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

  /** Whether the reader has taken something since the last look. */
  #look(entry: Entry): boolean {
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
      else if (!this.#look(entry) && !reader.isHeld) entry.idleSweeps += 1
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
