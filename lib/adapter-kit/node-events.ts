/** The type of events adapters that connect several nodes. */

import type { EventsAdapter } from '../adapters/events.js'

/**
 * An events adapter whose connection can be lost.
 *
 * @example
 * const events: NodeEvents = createRedisEvents({ redis })
 * events.onGap(() => log.error('events may have been missed'))
 */
export interface NodeEvents extends EventsAdapter {
  /**
   * Calls `listener` when a lost connection is back, so events may have been missed. The library then reads the stores again for each wait. Returns a
   * function that removes the listener.
   */
  onGap(listener: () => void): () => void
  /** Resolves when the subscriptions made so far receive events, or when they cannot for now. Never rejects. */
  ready(): Promise<void>
  /** Closes or releases the connection. No listener gets events afterwards. */
  close(): Promise<void>
}
