/** Ends a wait at an event that concerns it, and in any case after a while: events may be lost, so nothing depends on them. */

import { aborted, withDeadline } from '../../foundation/async/deadline.js'
import type { EventBus } from './event-bus.js'
import type { HeardEvent } from './runtime-events.js'

export interface EventWaiter {
  /** Resolves at the next event that concerns it, or at once when there was one since the last time; after `ms`, or when the signal aborts, in any case. */
  next(ms: number, signal: AbortSignal): Promise<void>
  /** To be called when nobody waits any more. */
  close(): void
}

export function createEventWaiter(
  eventBus: EventBus,
  audience: { readonly workspaceId: string; readonly memberId: string },
  concerns: (event: HeardEvent) => boolean,
): EventWaiter {
  let woken = new AbortController()
  const close = eventBus.subscribe(audience, (event) => {
    if (concerns(event)) woken.abort()
  })
  return {
    async next(ms, signal) {
      await withDeadline({ ms, signals: [signal, woken.signal] }, (until) => aborted(until.signal))
      woken = new AbortController()
    },
    close,
  }
}
