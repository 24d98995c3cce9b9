import { jest } from '@jest/globals'
import type { Caller } from '../lib/control-plane/access/caller-key.js'
import { type Reader, UnsentLedger } from '../lib/mcp/http/unsent-ledger.js'

/** Which readers are disconnected, with a clock that the test moves. */

class Fake implements Reader {
  unsent = 0
  taken = 0
  isHeld = false
  isCut = false
  cutOff(): void {
    this.isCut = true
    this.unsent = 0
  }
  /** Takes some of what waits. */
  take(bytes: number): void {
    this.unsent -= bytes
    this.taken += bytes
  }
}

const owner = (member: string, key = 'key_1'): Caller => ({
  workspaceId: 'ws',
  credential: { id: key, kind: 'api-key', scopes: [] },
  member: { id: member, workspaceId: 'ws', email: `${member}@ws.test`, active: true },
})

function waiting(ledger: UnsentLedger, bytes: number, whose: Caller | null = owner('mem_1')): Fake {
  const reader = new Fake()
  reader.unsent = bytes
  ledger.note(reader, whose)
  return reader
}
const cut = (readers: readonly Fake[]) => readers.map(({ isCut }) => isCut)

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0)
  jest.useRealTimers()
})

it('disconnects the reader that has taken nothing for the longest time, when those of a key and member wait for more than the limit', () => {
  const ledger = new UnsentLedger(100)
  const readers = [40, 40, 20].map((bytes) => waiting(ledger, bytes))
  expect(cut(readers)).toEqual([false, false, false])
  const [first, second] = readers
  first?.take(10)
  if (first !== undefined) ledger.note(first, owner('mem_1'))
  const last = waiting(ledger, 20)
  expect(cut([...readers, last])).toEqual([false, true, false, false])
  expect(second?.isCut).toBe(true)
  for (const reader of [...readers, last]) ledger.forget(reader)
})

it('lets a single answer be larger than the limit', () => {
  const ledger = new UnsentLedger(100)
  const large = waiting(ledger, 1000)
  expect(large.isCut).toBe(false)
  const next = waiting(ledger, 10)
  expect(cut([large, next])).toEqual([true, false])
  ledger.forget(next)
})

it('disconnects no reader of other members, other keys or without a key', () => {
  const ledger = new UnsentLedger(100)
  const others = [owner('mem_2'), owner('mem_1', 'key_2'), null].map((whose) => waiting(ledger, 90, whose))
  const mine = [90, 90, 90].map((bytes) => waiting(ledger, bytes))
  expect(cut(others)).toEqual([false, false, false])
  expect(cut(mine)).toEqual([true, true, false])
  for (const reader of [...others, ...mine]) ledger.forget(reader)
})

it('limits the unsent bytes of a key for all of its members together', () => {
  const ledger = new UnsentLedger(100)
  const readers = Array.from({ length: 10 }, (_, i) => waiting(ledger, 100, owner(`mem_${i}`)))
  expect(readers.filter(({ isCut }) => !isCut)).toHaveLength(4)
  expect(readers.at(-1)?.isCut).toBe(false)
  for (const reader of readers) ledger.forget(reader)
})

it('disconnects a reader that takes nothing for half a minute, also one without a key, and none that takes a little', () => {
  const ledger = new UnsentLedger(100)
  const [idle, slow, stranger] = [waiting(ledger, 50), waiting(ledger, 50), waiting(ledger, 50, null)]
  const held = waiting(ledger, 1, owner('mem_2'))
  held.isHeld = true
  for (let seconds = 0; seconds < 60; seconds += 5) {
    if (seconds % 25 === 0) slow.take(1)
    jest.advanceTimersByTime(5000)
    if (seconds < 25) expect(cut([idle, slow, stranger])).toEqual([false, false, false])
  }
  expect(cut([idle, slow, stranger, held])).toEqual([true, false, true, false])
  ledger.forget(slow)
  ledger.forget(held)
})

it('counts no reader that has taken everything, and checks none then', () => {
  const ledger = new UnsentLedger(100)
  const [first, second] = [waiting(ledger, 90), waiting(ledger, 10)]
  first.take(90)
  jest.advanceTimersByTime(5000)
  second.take(10)
  ledger.note(second, owner('mem_1'))
  expect(jest.getTimerCount()).toBe(0)
  expect(cut([first, second])).toEqual([false, false])
})
