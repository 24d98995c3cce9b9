/**
 * Seals what the library tells itself over the host's bus, so that nobody there reads what people fill into forms, and nobody who writes there
 * cancels or answers anything. The seal holds the address too: a message that is sent on to another workspace or member is not opened.
 */

import type { LibraryEvent } from '../../adapters/events.js'
import type { Sealer } from '../../foundation/crypto/sealed-token.js'
import { type RuntimeEvent, readRuntimeEvent } from './runtime-events.js'

export interface SealedEvents {
  seal(event: RuntimeEvent): Promise<LibraryEvent>
  /** The event; `'newer'` for a kind that this version does not know; `null` for what no node with the same secret has sealed for this address. */
  open(event: LibraryEvent): Promise<RuntimeEvent | 'newer' | null>
}

/** An event is for now: an old one that is sent again does nothing. Nodes whose clocks differ allow for that, as for all that is sealed. */
const TTL_SECONDS = 60

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
