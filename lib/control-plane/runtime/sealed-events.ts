/**
 * Seals the library's own events for the host's event bus. A reader of the bus cannot see form responses, and a writer cannot cancel or answer a
 * request. The seal covers the address, so an event that is copied to another workspace or member is not opened.
 */

import type { LibraryEvent } from '../../adapters/events.js'
import type { Sealer } from '../../foundation/crypto/sealed-token.js'
import { type RuntimeEvent, readRuntimeEvent } from './runtime-events.js'

/** Seals and opens events. */
export interface SealedEvents {
  /** Seals an event for the bus. */
  seal(event: RuntimeEvent): Promise<LibraryEvent>
  /** The event. `'newer'`: this version does not know its kind. `null`: no node with the same secret sealed it for this address, or it is too old. */
  open(event: LibraryEvent): Promise<RuntimeEvent | 'newer' | null>
}

/** An old event that is sent again has no effect. Opening allows for clocks that differ between nodes, as for all sealed tokens. */
const TTL_SECONDS = 60

/** Seals and opens events with the sealer of the runtime. */
export function createSealedEvents(sealer: Sealer): SealedEvents {
  return {
    async seal(event) {
      const { workspaceId, memberId } = event
      const sealed = await sealer.seal('event', { event: JSON.stringify(event) }, TTL_SECONDS)
      return { type: 'library', workspaceId, memberId, sealed }
    },
    async open({ workspaceId, memberId, sealed }) {
      const state = await sealer.open('event', sealed)
      if (state === null) return null
      const event = readRuntimeEvent(JSON.parse(state['event'] ?? 'null'))
      if (event === null) return 'newer'
      return event.workspaceId === workspaceId && event.memberId === memberId ? event : null
    },
  }
}
