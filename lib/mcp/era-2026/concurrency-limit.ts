/** Work that is done only so many at a time, counted for each owner. */

interface Lane {
  running: number
  readonly waiting: (() => void)[]
}

export class Lanes {
  readonly #most: number
  readonly #lanes = new Map<string, Lane>()

  constructor(most: number) {
    this.#most = most
  }

  /** Runs `work` when there is room for it. */
  async run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(owner) ?? { running: 0, waiting: [] }
    this.#lanes.set(owner, lane)
    if (lane.running >= this.#most) await new Promise<void>((resolve) => lane.waiting.push(resolve))
    else lane.running += 1
    try {
      return await work()
    } finally {
      const next = lane.waiting.shift()
      // Who is next takes this place.
      if (next !== undefined) next()
      else {
        lane.running -= 1
        if (lane.running === 0) this.#lanes.delete(owner)
      }
    }
  }
}
