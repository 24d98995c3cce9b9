/** Distributes events in this process. It subscribes to the events adapter once; each listener gets only the events of its workspace and member. */

import { isBusEvent } from '../../adapter-kit/bus-events.js'
import type { BusEvent, EventsAdapter, HostEvent, LibraryEvent } from '../../adapters/events.js'
import type { Sealer } from '../../foundation/crypto/sealed-token.js'
import { createMemberListeners } from './member-listeners.js'
import { type HeardEvent, isRuntimeEvent, type RuntimeEvent } from './runtime-events.js'
import { createSealedEvents } from './sealed-events.js'

type EventListener = (event: HeardEvent) => void

/** Publishes events to all nodes, and delivers events to listeners in this process. */
export interface EventBus {
  /** Publishes an event. Events of the library are sealed first. Rejects when the adapter does. */
  publish(event: HostEvent | RuntimeEvent): Promise<void>
  /** Delivers events for this member, and events for the whole workspace. Returns the function that ends the subscription. */
  subscribe(
    audience: { readonly workspaceId: string; readonly memberId: string },
    listener: EventListener,
  ): () => void
}

/**
 * Makes an events adapter for one process, the default of `adapters.events`. A host with one node creates it to publish its own events.
 * If a listener throws, the others still hear the event, and `publish` rejects with that error.
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
      const failures: unknown[] = []
      for (const listener of [...listeners]) {
        try {
          listener(event)
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** What an event bus needs. */
export interface EventBusOptions {
  /** The adapter that carries events between nodes. */
  readonly events: EventsAdapter
  /** Seals the events of the library. */
  readonly sealer: Sealer
  /** Receives errors of listeners, and events that could not be opened. */
  readonly onError: (error: unknown) => void
}

/** Makes the event bus. It subscribes to the adapter while there is at least one listener. */
export function createEventBus({ events, sealer, onError }: EventBusOptions): EventBus {
  const listeners = createMemberListeners<HeardEvent>()
  const sealedEvents = createSealedEvents(sealer)
  const reportUnopened = limitedReport(onError)
  let unsubscribe: (() => void) | null = null

  const deliver = (event: HeardEvent, audience = listeners.of(event)) => {
    for (const listener of audience) notify(listener, event, onError)
  }
  const open = async (sealed: LibraryEvent) => {
    const event = await sealedEvents.open(sealed)
    if (event === null) reportUnopened()
    else if (event !== 'newer') deliver(event)
  }
  const receive = (event: BusEvent) => {
    if (!isBusEvent(event)) return
    const audience = listeners.of(event)
    // Opening an event costs time, so one without a listener is dropped before.
    if (audience.length === 0) return
    if (event.type === 'library') open(event).catch(onError)
    else deliver(event, audience)
  }

  return {
    publish: async (event) => events.publish(isRuntimeEvent(event) ? await sealedEvents.seal(event) : event),
    subscribe(audience, listener) {
      unsubscribe ??= events.subscribe(receive)
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

function notify(listener: EventListener, event: HeardEvent, onError: (error: unknown) => void): void {
  try {
    listener(event)
  } catch (error) {
    onError(error)
  }
}

const REPORT_INTERVAL_MS = 60_000

/** Reports at most once a minute, so that a sender on the bus cannot fill the host's log. */
function limitedReport(onError: (error: unknown) => void): () => void {
  let reportedAt = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - reportedAt < REPORT_INTERVAL_MS) return
    reportedAt = performance.now()
    onError(
      new Error(
        'an event of the library could not be opened and is ignored: it was changed or forged on the bus, or its node has another option "secret"',
      ),
    )
  }
}
