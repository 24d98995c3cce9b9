/** Wakes a wait when the hub tells of what it waits for, and in any case after a while: news may be lost, so nothing depends on them. */

import type { HubEvent } from '../../adapters/events.js'
import { aborted, withDeadline } from '../../foundation/async/deadline.js'
import type { Hub } from './event-bus.js'

export interface Bell {
  /** Resolves at the next ring, or at once when it rang since the last time; after `ms`, or when the signal aborts, in any case. */
  heard(ms: number, signal: AbortSignal): Promise<void>
  /** To be called when nobody waits any more. */
  close(): void
}

export function createBell(
  hub: Hub,
  audience: { readonly workspaceId: string; readonly memberId: string },
  concerns: (event: HubEvent) => boolean,
): Bell {
  let rung = new AbortController()
  const close = hub.subscribe(audience, (event) => {
    if (concerns(event)) rung.abort()
  })
  return {
    async heard(ms, signal) {
      await withDeadline({ ms, signals: [signal, rung.signal] }, (until) => aborted(until.signal))
      rung = new AbortController()
    },
    close,
  }
}
