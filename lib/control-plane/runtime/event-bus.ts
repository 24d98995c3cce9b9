/** News within this process: one subscription to the events adapter, dealt out by workspace and member, so that nobody hears another's. */

import type { EventsAdapter, HubEvent } from '../../adapters/events.js'

export type EventListener = (event: HubEvent) => void

export interface EventBus {
  publish(event: HubEvent): Promise<void>
  /** Hears what concerns this member: events for them, and events for all of their workspace. Gives the way to end it. */
  subscribe(
    audience: { readonly workspaceId: string; readonly memberId: string },
    listener: EventListener,
  ): () => void
}

/** Events that stay in this process: the default, and what tests and single-node hosts publish through. */
export function createInProcessEvents(): EventsAdapter {
  const listeners = new Set<EventListener>()
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

export function createEventBus(events: EventsAdapter, onError: (error: unknown) => void): EventBus {
  const byMember = new Map<string, Map<string, Set<EventListener>>>()
  let unsubscribe: (() => void) | null = null

  const deliver = (event: HubEvent) => {
    const members = byMember.get(event.workspaceId)
    if (members === undefined) return
    const sets =
      event.memberId === null
        ? [...members.values()]
        : [members.get(event.memberId) ?? new Set<EventListener>()]
    for (const set of sets) for (const listener of [...set]) tell(listener, event, onError)
  }

  return {
    publish: (event) => events.publish(event),
    subscribe({ workspaceId, memberId }, listener) {
      unsubscribe ??= events.subscribe(deliver)
      const members = byMember.get(workspaceId) ?? new Map<string, Set<EventListener>>()
      const set = members.get(memberId) ?? new Set<EventListener>()
      byMember.set(workspaceId, members.set(memberId, set.add(listener)))
      return () => {
        set.delete(listener)
        if (set.size === 0 && members.get(memberId) === set) members.delete(memberId)
        if (members.size === 0 && byMember.get(workspaceId) === members) byMember.delete(workspaceId)
        if (byMember.size > 0) return
        unsubscribe?.()
        unsubscribe = null
      }
    },
  }
}

function tell(listener: EventListener, event: HubEvent, onError: (error: unknown) => void): void {
  try {
    listener(event)
  } catch (error) {
    onError(error)
  }
}
