/** Waits for an event, but never longer than a given time: events may be lost, so nothing depends on them. */

import { aborted, withDeadline } from '../../foundation/async/deadline.js'
import type { EventBus } from './event-bus.js'
import type { HeardEvent } from './runtime-events.js'

/** Waits for events of one kind. */
export interface EventWaiter {
  /** Resolves at the next matching event, at once when one came since the last call, after `ms` milliseconds, or when `signal` aborts. */
  next(ms: number, signal: AbortSignal): Promise<void>
  /** Ends the subscription. Must be called when nothing waits any more. */
  close(): void
}

/** Subscribes to the events for this audience. Only those for which `concerns` returns true end a wait. */
export function createEventWaiter(
  eventBus: EventBus,
  audience: { readonly workspaceId: string; readonly memberId: string },
  concerns: (event: HeardEvent) => boolean,
): EventWaiter {
  let wakeUp = new AbortController()
  const close = eventBus.subscribe(audience, (event) => {
    if (concerns(event)) wakeUp.abort()
  })
  return {
    async next(ms, signal) {
      await withDeadline({ ms, signals: [signal, wakeUp.signal] }, (until) => aborted(until.signal))
      wakeUp = new AbortController()
    },
    close,
  }
}
