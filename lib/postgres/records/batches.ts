/** Group commit: items that come during a write share the next write. */

import { withTimeout } from '../../foundation/async/timeout.js'
import { isRefusedData } from '../database/failures.js'

/** Options of `createBatches`. */
export interface BatchesOptions<T> {
  /** Writes all items durably and in order, or none. Gives one answer for each. */
  readonly write: (items: readonly T[]) => Promise<readonly boolean[]>
  /** Items with the same key never share a write, because the later one must see the effect of the earlier one. `null`: no key. */
  readonly keyOf: (item: T) => string | null
  /** The most items in one write. */
  readonly most: number
  /** Milliseconds. A write that takes longer fails for its callers, and the next one begins. An item that waits longer for its write fails too. */
  readonly limitMs: number
}

interface Waiting<T> {
  readonly item: T
  readonly since: number
  resolve(answer: boolean): void
  reject(error: unknown): void
}

/**
 * Gives a function that resolves when its item is durable. A write that fails rejects its own callers only. If the database refuses the data of one
 * row, every row is written by itself, so that one bad row fails no other.
 */
export function createBatches<T>(options: BatchesOptions<T>): (item: T) => Promise<boolean> {
  const queue: Waiting<T>[] = []
  let working = false
  const work = async () => {
    for (let batch = take(queue, options); batch.length > 0; batch = take(queue, options)) {
      await writeBatch(options, batch)
    }
    working = false
  }
  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, since: performance.now(), resolve, reject })
      if (working) return
      working = true
      // Other requests of this event-loop turn share the write.
      setImmediate(work)
    })
}

/** Takes items from the front of the queue, up to the first whose key is taken already. */
function take<T>(queue: Waiting<T>[], { keyOf, most, limitMs }: BatchesOptions<T>): readonly Waiting<T>[] {
  const batch: Waiting<T>[] = []
  const keys = new Set<string>()
  for (let next = queue[0]; next !== undefined && batch.length < most; next = queue[0]) {
    const key = keyOf(next.item)
    if (key !== null && keys.has(key)) break
    if (key !== null) keys.add(key)
    queue.shift()
    if (performance.now() - next.since <= limitMs) batch.push(next)
    else next.reject(new Error(`the database did not take this within ${limitMs} ms`))
  }
  return batch
}

async function writeBatch<T>(options: BatchesOptions<T>, batch: readonly Waiting<T>[]): Promise<void> {
  try {
    const writing = options.write(batch.map(({ item }) => item))
    const answers = await withTimeout(options.limitMs, writing, 'the database did not write')
    for (const [place, { resolve }] of batch.entries()) resolve(answers[place] ?? false)
  } catch (error) {
    if (batch.length === 1 || !isRefusedData(error)) for (const { reject } of batch) reject(error)
    else for (const one of batch) await writeBatch(options, [one])
  }
}
