/** Counts running work, so that closing can wait for it. The control plane has a lifecycle, and each face has one under it. */

import { setMaxListeners } from 'node:events'

/** The state of a control plane or a face, from start to close. */
export interface Lifecycle {
  /** Aborts when closing begins. */
  readonly closing: AbortSignal
  /** Counts one request as running until `leave` is called. */
  enter(): void
  /** Ends one request that `enter` counted. */
  leave(): void
  /** Counts `work` as running until it settles. */
  run(work: () => Promise<void>): void
  /** Begins to close. Resolves when nothing is running any more, in this lifecycle and those under it. May be called several times. */
  close(): Promise<void>
  /** Makes a lifecycle that closes with this one, and that may be closed earlier. It is closed from the start when this one is. */
  under(): Lifecycle
}

/** Makes the lifecycle of a control plane; `under` makes that of a face. */
export function createLifecycle(): Lifecycle {
  const controller = new AbortController()
  // Each waiting call and open stream adds a listener. Node.js would warn about a leak.
  setMaxListeners(0, controller.signal)
  const waiting: (() => void)[] = []
  const children = new Set<Lifecycle>()
  let running = 0
  const leave = () => {
    running -= 1
    if (running === 0) for (const resolve of waiting.splice(0)) resolve()
  }
  return {
    closing: controller.signal,
    // A counter is faster than a set of promises.
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
      const closed = [...children].map((child) => child.close())
      while (running > 0) await new Promise<void>((resolve) => waiting.push(resolve))
      await Promise.all(closed)
    },
    under() {
      const child = createLifecycle()
      if (controller.signal.aborted) void child.close()
      else children.add(child)
      return child
    },
  }
}
