/** Counts running work, so that closing can wait for it. */

import { setMaxListeners } from 'node:events'

/** The state of a router from start to close. */
export interface Lifecycle {
  /** Aborts when closing begins. */
  readonly closing: AbortSignal
  /** Counts one request as running until `leave` is called. */
  enter(): void
  /** Ends one request that `enter` counted. */
  leave(): void
  /** Counts `work` as running until it settles. */
  run(work: () => Promise<void>): void
  /** Begins to close and resolves when nothing is running. May be called several times. */
  close(): Promise<void>
}

/** Makes the lifecycle of one router. */
export function createLifecycle(): Lifecycle {
  const controller = new AbortController()
  // Each waiting call and open stream adds a listener, which is not a leak.
  setMaxListeners(0, controller.signal)
  const waiting: (() => void)[] = []
  let running = 0
  const leave = () => {
    running -= 1
    if (running === 0) for (const resolve of waiting.splice(0)) resolve()
  }
  return {
    closing: controller.signal,
    // A number is faster than a set of promises, which is rebuilt again and again as members come and go.
    enter() {
      running += 1
    },
    leave,
    run(work) {
      running += 1
      work().then(leave, leave)
    },
    async close() {
      controller.abort()
      while (running > 0) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}
