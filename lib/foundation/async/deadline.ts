/** Waits with a time limit or an AbortSignal. They remove their timers and listeners when they end, so that long-lived signals keep none. */

import { setMaxListeners } from 'node:events'
import type { AfterTurn } from './event-loop-turn.js'

/** A signal that never aborts. It has no limit of listeners, so Node.js does not warn about a leak. */
export const NEVER = neverAborting()

function neverAborting(): AbortSignal {
  const { signal } = new AbortController()
  setMaxListeners(0, signal)
  return signal
}

/** Why a deadline ended: the time was over, or one of its signals aborted. */
type Ending = 'timeout' | 'signal'

/** The limit under which a piece of work runs. */
export interface Deadline {
  /** Aborts when the time is over or one of the given signals aborts. */
  readonly signal: AbortSignal
  /** Why the signal aborted; `null` while it has not. */
  ended(): Ending | null
}

/**
 * Runs `work` with a signal that aborts after `ms` milliseconds or when one of `signals` aborts. AbortSignal.any would keep listeners on
 * long-lived signals.
 */
export async function withDeadline<T>(
  { ms, signals }: { readonly ms: number; readonly signals: readonly AbortSignal[] },
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  let ending: Ending | null = null
  const end = (why: Ending) => {
    ending ??= why
    controller.abort()
  }
  const onSignal = () => end('signal')
  let timer = inSlices(
    ms,
    () => end('timeout'),
    (next) => {
      timer = next
    },
  )
  for (const signal of signals) {
    if (signal.aborted) onSignal()
    else signal.addEventListener('abort', onSignal, { once: true })
  }
  try {
    return await work({ signal: controller.signal, ended: () => ending })
  } finally {
    clearTimeout(timer)
    for (const signal of signals) signal.removeEventListener('abort', onSignal)
  }
}

/** The longest delay that setTimeout takes, in milliseconds. With a longer one it fires at once. */
export const MOST_TIMER_MS = 2 ** 31 - 1

/** Calls `done` after `ms` milliseconds, which may be more than one timer can wait, or infinite. `renew` receives each timer after the first. */
function inSlices(ms: number, done: () => void, renew: (timer: NodeJS.Timeout) => void): NodeJS.Timeout {
  if (ms <= MOST_TIMER_MS) return setTimeout(done, ms)
  return setTimeout(() => renew(inSlices(ms - MOST_TIMER_MS, done, renew)), MOST_TIMER_MS)
}

/** Resolves when the signal aborts. The listener stays until then. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Resolves after `ms` milliseconds, or when the signal aborts. */
export function delay(ms: number, signal: AbortSignal = NEVER): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** The result of `work` if it settles before the event loop's next turn, otherwise `null`. Needs no timer. `key`: see `AfterTurn.schedule`. */
export function settledThisTurn<T>(
  { afterTurn }: { readonly afterTurn: AfterTurn },
  key: string,
  work: Promise<T>,
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject)
    afterTurn.schedule(key, { onTurnEnd: () => resolve(null) })
  })
}
