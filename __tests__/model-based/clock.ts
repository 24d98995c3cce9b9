/** A clock that only a sequence moves. Jest has one too; this one costs a tenth, and there are many sequences. */

interface Alarm {
  readonly at: number
  readonly every: number | null
  readonly ring: () => void
}

export interface Clock {
  /** The true time, which stores go by. */
  now(): number
  /** How much `Date` is off from the true time from now on. Timers are not. */
  shift(ms: number): void
  /** Moves time forward, and runs the timers that are due, in order. */
  advance(ms: number): void
  /** Removes all timers. */
  clear(): void
  /** Gives the process its own time back. */
  restore(): void
}

/** Takes the place of timers and dates in this context. */
export function installClock(start = Date.UTC(2026, 0, 1)): Clock {
  const real = { Date, setTimeout, clearTimeout, setInterval, clearInterval }
  const alarms = new Map<number, Alarm>()
  let now = start
  let shifted = 0
  let ids = 0

  const set = (ring: () => void, ms: number, every: number | null) => {
    ids += 1
    const id = ids
    alarms.set(id, { at: now + Math.max(0, ms), every, ring })
    return { id, unref: () => ({ id }), [Symbol.toPrimitive]: () => id }
  }
  const clear = (handle: unknown) => {
    if (typeof handle === 'object' && handle !== null && 'id' in handle) alarms.delete(Number(handle.id))
  }
  const due = (until: number) => {
    let first: [number, Alarm] | null = null
    for (const entry of alarms) {
      if (entry[1].at <= until && (first === null || entry[1].at < first[1].at)) first = entry
    }
    return first
  }
  class StillDate extends real.Date {
    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [now + shifted] : given) as [number]))
    }
    static override now(): number {
      return now + shifted
    }
  }
  Object.assign(globalThis, {
    Date: StillDate,
    setTimeout: (ring: () => void, ms = 0) => set(ring, ms, null),
    setInterval: (ring: () => void, ms = 1) => set(ring, ms, Math.max(1, ms)),
    clearTimeout: clear,
    clearInterval: clear,
  })
  return {
    now: () => now,
    shift(ms) {
      shifted = ms
    },
    advance(ms) {
      const until = now + ms
      for (let next = due(until); next !== null; next = due(until)) {
        const [id, { at, every, ring }] = next
        now = Math.max(now, at)
        if (every === null) alarms.delete(id)
        else alarms.set(id, { at: at + every, every, ring })
        ring()
      }
      now = until
    },
    clear: () => alarms.clear(),
    restore: () => Object.assign(globalThis, real),
  }
}
