/** Work that ends with a time limit or with one of several signals, and leaves neither timer nor listener behind. */

import { setMaxListeners } from 'node:events'
import type { AfterTurn } from './event-loop-turn.js'

/** A signal for work that nothing takes back. Any number of waits may listen to it. */
export const NEVER = neverAborting()

function neverAborting(): AbortSignal {
  const { signal } = new AbortController()
  setMaxListeners(0, signal)
  return signal
}

export type Ending = 'timeout' | 'signal'

export interface Deadline {
  readonly signal: AbortSignal
  /** Why the signal aborted, `null` while it has not. */
  ended(): Ending | null
}

/** Runs `work` with a signal that aborts after `ms`, or as soon as one of `signals` does. (AbortSignal.any keeps listeners on long-lived sources.) */
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

/** The longest delay of a timer, in milliseconds: above it, setTimeout fires at once. */
export const MOST_TIMER_MS = 2 ** 31 - 1

/** Calls `done` after `ms`, however many or infinite. Each slice but the first is told to `renew`. */
function inSlices(ms: number, done: () => void, renew: (timer: NodeJS.Timeout) => void): NodeJS.Timeout {
  if (ms <= MOST_TIMER_MS) return setTimeout(done, ms)
  return setTimeout(() => renew(inSlices(ms - MOST_TIMER_MS, done, renew)), MOST_TIMER_MS)
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Resolves after `ms`, or at once when the signal aborts. */
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

/** What work comes to before the event loop turns, or `null`: without a timer, for work that waits for nothing outside. `key`: see `Turns`. */
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
