/** Counts what is running, so that closing can wait for it. */

import { setMaxListeners } from 'node:events'

export interface Lifecycle {
  /** Aborts when closing begins. */
  readonly closing: AbortSignal
  /** Counts `work` as running until it settles. */
  run(work: () => Promise<void>): Promise<void>
  /** Begins to close, once, and resolves when nothing is running any more. */
  close(): Promise<void>
}

export function createLifecycle(): Lifecycle {
  const controller = new AbortController()
  // Every waiting call and open stream listens to it; that is no leak.
  setMaxListeners(0, controller.signal)
  const running = new Set<Promise<void>>()
  return {
    closing: controller.signal,
    async run(work) {
      const done = work()
      running.add(done)
      try {
        await done
      } finally {
        running.delete(done)
      }
    },
    async close() {
      controller.abort()
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}
