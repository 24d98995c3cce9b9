/**
 * Calls waiters when the event loop's current turn ends. Work that answers from memory has settled by then and needs no timer; only work
 * that has not settled starts one.
 */

/** Work that may still be unsettled when the turn ends. */
export interface Waiter {
  /** Called once at the end of the turn, also when the work has settled. Must not throw. */
  onTurnEnd(): void
}

/** The schedule of what runs when a turn ends. */
export interface AfterTurn {
  /**
   * Calls `waiter` when the turn ends. Waiters with one key share one setImmediate, and so one asynchronous context. Use the request id
   * as the key: then a timer that a waiter starts belongs to the context of its own request.
   */
  schedule(key: string, waiter: Waiter): void
}

interface Turn {
  readonly key: string
  readonly waiters: Waiter[]
}

/** Makes the schedule of one process. */
export function createAfterTurn(): AfterTurn {
  let next: Turn | null = null
  const endTurn = (turn: Turn) => {
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
      setImmediate(endTurn, next)
    },
  }
}
