/** Wakes a wait when the eventBus tells of what it waits for, and in any case after a while: news may be lost, so nothing depends on them. */

import type { HubEvent } from '../../adapters/events.js'
import { aborted, withDeadline } from '../../foundation/async/deadline.js'
import type { EventBus } from './event-bus.js'

export interface EventWaiter {
  /** Resolves at the next ring, or at once when it rang since the last time; after `ms`, or when the signal aborts, in any case. */
  next(ms: number, signal: AbortSignal): Promise<void>
  /** To be called when nobody waits any more. */
  close(): void
}

export function createEventWaiter(
  eventBus: EventBus,
  audience: { readonly workspaceId: string; readonly memberId: string },
  concerns: (event: HubEvent) => boolean,
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
