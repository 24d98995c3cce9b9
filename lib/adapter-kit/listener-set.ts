/** Those who listen to something in this process. */

/** Listeners that are told the same values `T`. */
export interface ListenerSet<T extends readonly unknown[]> {
  /** Tells `listener` everything from now on. Gives the way to end it; the same function may be added more than once. */
  add(listener: (...told: T) => void): () => void
  /** Tells every present listener, one after another. Never throws. */
  publish(...told: T): void
  /** How many listeners there are: for leak tests. */
  count(): number
}

/**
 * An empty set. A listener that throws keeps nothing from the others: `onError` is told what it threw.
 *
 * @example
 * const listeners = createListenerSet<[BusEvent]>((error) => log.error(error))
 * const events: EventsAdapter = { publish: async (event) => send(JSON.stringify(event)), subscribe: listeners.add }
 */
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
