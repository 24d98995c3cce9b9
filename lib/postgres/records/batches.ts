/** Group commit: what is asked for while one write is under way goes into the next one together. */

import { withTimeout } from '../../foundation/async/timeout.js'
import { isRefusedData } from '../database/failures.js'

export interface BatchesOptions<T> {
  /** Writes all of them durably, in order, or none. Gives one answer for each. */
  readonly write: (items: readonly T[]) => Promise<readonly boolean[]>
  /** Items of one key never share a write: the later one must see what the earlier one did. `null`: no such ties. */
  readonly keyOf: (item: T) => string | null
  /** Items in one write. */
  readonly most: number
  /** A write that takes longer has failed for its callers, and the next one begins; nobody waits longer for their turn either. */
  readonly limitMs: number
}

interface Waiting<T> {
  readonly item: T
  readonly since: number
  resolve(answer: boolean): void
  reject(error: unknown): void
}

/**
 * Gives a function that resolves when its item is durable. A write that fails rejects exactly its own callers, and the next one starts
 * afresh; where the database refuses the data of one row, every row is written by itself, so that one bad row fails nobody else.
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
      // After the other requests of this turn, which then share the write.
      setImmediate(work)
    })
}

/** From the front, up to the first that must come after one of these. */
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
