/** What the event hubs between nodes have in common: who listens here, and what is believed of what arrives. */

import type { EventsAdapter, HubEvent } from '../adapters/events.js'

/** An events adapter whose connection can be lost. */
export interface NodeEvents extends EventsAdapter {
  /** Tells that events may have been missed, because a connection came back: whoever waits for something looks again. */
  onGap(listener: () => void): () => void
  /** Resolves when the subscriptions made so far are in effect, or cannot be for now. */
  ready(): Promise<void>
  /** Gives its connection back. Nothing is heard afterwards. */
  close(): Promise<void>
}

export interface ListenerSet<T extends readonly unknown[]> {
  add(listener: (...told: T) => void): () => void
  publish(...told: T): void
  count(): number
}

/** Those who listen. One that throws keeps nothing from the others. */
export function createListenerSet<T extends readonly unknown[]>(
  onError: (error: unknown) => void,
): ListenerSet<T> {
  const listeners = new Set<{ readonly hear: (...told: T) => void }>()
  return {
    add(hear) {
      const listener = { hear }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    publish(...told) {
      for (const { hear } of [...listeners]) {
        try {
          hear(...told)
        } catch (error) {
          onError(error)
        }
      }
    },
    count: () => listeners.size,
  }
}

/** An event that another node published, or `null` for anything else that came over the channel. */
export function readHubEvent(text: string): HubEvent | null {
  try {
    const event = JSON.parse(text)
    const addressed =
      typeof event?.type === 'string' &&
      typeof event.workspaceId === 'string' &&
      (event.memberId === null || typeof event.memberId === 'string')
    return addressed ? event : null
  } catch {
    return null
  }
}
