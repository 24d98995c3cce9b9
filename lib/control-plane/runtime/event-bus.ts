/** Events within this process: one subscription to the events adapter, dealt out by workspace and member, so that nobody hears another's. */

import { isBusEvent } from '../../adapter-kit/bus-events.js'
import type { BusEvent, EventsAdapter, HostEvent, LibraryEvent } from '../../adapters/events.js'
import type { Sealer } from '../../foundation/crypto/sealed-token.js'
import { createMemberListeners } from './member-listeners.js'
import { type HeardEvent, isRuntimeEvent, type RuntimeEvent } from './runtime-events.js'
import { createSealedEvents } from './sealed-events.js'

type EventListener = (event: HeardEvent) => void

export interface EventBus {
  /** A host's event goes out as it is, one of the library sealed. */
  publish(event: HostEvent | RuntimeEvent): Promise<void>
  /** Hears what concerns this member: events for them, and events for all of their workspace. Gives the way to end it. */
  subscribe(
    audience: { readonly workspaceId: string; readonly memberId: string },
    listener: EventListener,
  ): () => void
}

/**
 * Events that stay in this process: the default of `adapters.events`. A host of one node makes one to publish through it.
 *
 * @example
 * const events = createInProcessEvents()
 * app.use('/api', createAllvMcpRouter({ adapters: { ...adapters, events } }))
 * await events.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
 */
export function createInProcessEvents(): EventsAdapter {
  const listeners = new Set<(event: BusEvent) => void>()
  return {
    async publish(event) {
      for (const listener of [...listeners]) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export interface EventBusOptions {
  readonly events: EventsAdapter
  readonly sealer: Sealer
  readonly onError: (error: unknown) => void
}

export function createEventBus({ events, sealer, onError }: EventBusOptions): EventBus {
  const listeners = createMemberListeners<HeardEvent>()
  const sealedEvents = createSealedEvents(sealer)
  const report = reportNowAndThen(onError)
  let unsubscribe: (() => void) | null = null

  const tell = (event: HeardEvent) => {
    for (const listener of listeners.of(event)) tellOne(listener, event, onError)
  }
  const open = async (sealed: LibraryEvent) => {
    const event = await sealedEvents.open(sealed)
    if (event === null) report()
    else if (event !== 'newer') tell(event)
  }
  // An event is opened only if it has a listener in this process.
  const deliver = (event: BusEvent) => {
    if (!isBusEvent(event) || listeners.of(event).length === 0) return
    if (event.type === 'library') open(event).catch(onError)
    else tell(event)
  }

  return {
    publish: async (event) => events.publish(isRuntimeEvent(event) ? await sealedEvents.seal(event) : event),
    subscribe(audience, listener) {
      unsubscribe ??= events.subscribe(deliver)
      const remove = listeners.add(audience, listener)
      return () => {
        remove()
        if (!listeners.isEmpty()) return
        unsubscribe?.()
        unsubscribe = null
      }
    },
  }
}

function tellOne(listener: EventListener, event: HeardEvent, onError: (error: unknown) => void): void {
  try {
    listener(event)
  } catch (error) {
    onError(error)
  }
}

const REPORT_PAUSE_MS = 60_000

/** At most once a minute: whoever writes on the bus must not write the host's log full. */
function reportNowAndThen(onError: (error: unknown) => void): () => void {
  let reportedAt = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - reportedAt < REPORT_PAUSE_MS) return
    reportedAt = performance.now()
    onError(
      new Error(
        'an event of the library could not be opened and is ignored: it was changed or forged on the bus, or its node has another option "secret"',
      ),
    )
  }
}
