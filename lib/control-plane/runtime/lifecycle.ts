/** Counts running work, so that closing can wait for it: one for the control plane, and one under it for each face. */

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
  /** Begins to close, and resolves when nothing is running any more, here and in those under it. May be called several times. */
  close(): Promise<void>
  /** One that is closed with this one, and that may be closed before. Of one that is closed, it is closed from the beginning. */
  under(): Lifecycle
}

/** Makes the lifecycle of a control plane; `under` makes that of a face. */
export function createLifecycle(): Lifecycle {
  const controller = new AbortController()
  // Each waiting call and open stream adds a listener, which is not a leak.
  setMaxListeners(0, controller.signal)
  const waiting: (() => void)[] = []
  const below = new Set<Lifecycle>()
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
      const closed = [...below].map((one) => one.close())
      while (running > 0) await new Promise<void>((resolve) => waiting.push(resolve))
      await Promise.all(closed)
    },
    under() {
      const one = createLifecycle()
      if (controller.signal.aborted) void one.close()
      else below.add(one)
      return one
    },
  }
}
