/** An events adapter that reaches other nodes. */

import type { EventsAdapter } from '../adapters/events.js'

/** An events adapter whose connection can be lost. */
export interface NodeEvents extends EventsAdapter {
  /** Hears that events may have been missed, because a connection was lost and is back: each wait looks again. Gives the way to end it. */
  onGap(listener: () => void): () => void
  /** Resolves when the subscriptions made so far are in effect, or cannot be for now. Never rejects. */
  ready(): Promise<void>
  /** Gives its connection back. No listener hears anything afterwards. */
  close(): Promise<void>
}
