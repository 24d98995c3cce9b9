/** Counts what is running, so that closing can wait for it. */

import { setMaxListeners } from 'node:events'

export interface Lifecycle {
  /** Aborts when closing begins. */
  readonly closing: AbortSignal
  /** One more is running, until it leaves. */
  enter(): void
  leave(): void
  /** Counts `work` as running until it settles. */
  run(work: () => Promise<void>): void
  /** Begins to close, once, and resolves when nothing is running any more. */
  close(): Promise<void>
}

export function createLifecycle(): Lifecycle {
  const controller = new AbortController()
  // Every waiting call and open stream listens to it; that is no leak.
  setMaxListeners(0, controller.signal)
  const waiting: (() => void)[] = []
  let running = 0
  const leave = () => {
    running -= 1
    if (running === 0) for (const resolve of waiting.splice(0)) resolve()
  }
  return {
    closing: controller.signal,
    // A number, not a set of promises: a set that is added to and deleted from for each request is copied over and over.
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
