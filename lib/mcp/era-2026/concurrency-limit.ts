/** Limits how much work of one owner runs at the same time. */

interface Queue {
  running: number
  readonly waiting: (() => void)[]
}

/** Queues work above the limit in order. */
export class ConcurrencyLimit {
  readonly #most: number
  readonly #queues = new Map<string, Queue>()

  constructor(most: number) {
    this.#most = most
  }

  /** Runs `work` as soon as fewer than the limit of this owner's are running. */
  async run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(owner) ?? { running: 0, waiting: [] }
    this.#queues.set(owner, queue)
    if (queue.running >= this.#most) await new Promise<void>((resolve) => queue.waiting.push(resolve))
    else queue.running += 1
    try {
      return await work()
    } finally {
      const next = queue.waiting.shift()
      // The next one runs in this place, so the count stays.
      if (next !== undefined) next()
      else {
        queue.running -= 1
        if (queue.running === 0) this.#queues.delete(owner)
      }
    }
  }
}
