/**
 * Tells those who still wait when the event loop turns. What answers from memory has answered by then, so it costs no timer; whoever is
 * told takes one.
 */

export interface Waiter {
  /** Called once, whether or not the wait is over by then. Must not throw. */
  onTurnEnd(): void
}

export interface AfterTurn {
  /**
   * Waits of one key share one look. With the id of a request for a key, all that comes of it, such as a late timer, belongs to that
   * request's own asynchronous context, and not to whichever came first.
   */
  schedule(key: string, waiter: Waiter): void
}

interface Turn {
  readonly key: string
  readonly waiters: Waiter[]
}

export function createAfterTurn(): AfterTurn {
  let next: Turn | null = null
  const look = (turn: Turn) => {
    if (next === turn) next = null
    for (const waiter of turn.waiters) waiter.onTurnEnd()
  }
  return {
    schedule(key, waiter) {
      if (next?.key === key) {
        next.waiters.push(waiter)
        return
      }
      next = { key, waiters: [waiter] }
      setImmediate(look, next)
    },
  }
}
