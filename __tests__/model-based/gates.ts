/** Each call of a store or tool waits at a gate until the sequence opens it. Calls of a dead node never pass. */

export interface Life {
  dead: boolean
}

export interface Gates {
  pass(life: Life): Promise<void>
  /** Opens the gate that `pick` selects. False: no call waits. */
  open(pick: number): boolean
  /** From now on no call of this node passes. */
  bury(life: Life): void
  waiting(): number
}

interface Waiting {
  readonly life: Life
  readonly go: () => void
}

export function createGates(): Gates {
  let queue: Waiting[] = []
  return {
    pass: (life) =>
      new Promise((go) => {
        if (!life.dead) queue.push({ life, go })
      }),
    open(pick) {
      const [next] = queue.splice(pick % Math.max(1, queue.length), 1)
      next?.go()
      return next !== undefined
    },
    bury(life) {
      life.dead = true
      queue = queue.filter((waiting) => waiting.life !== life)
    },
    waiting: () => queue.length,
  }
}

/** Numbers that look random and are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 8
  }
}

const HOPS = 4

/** Lets `count` through in an order that `seed` decides, while their consequences line up behind them. */
export async function letThrough(gates: Gates, count: number, seed: number): Promise<void> {
  const random = randomFrom(seed)
  for (let left = count; left > 0; left -= 1) {
    if (gates.waiting() === 0) await quiet()
    if (!gates.open(random())) return
    for (let hop = 0; hop < HOPS; hop += 1) await null
  }
}

/** Resolves when nothing moves any more by itself. `setImmediate` is the real one: it comes after all promises. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
