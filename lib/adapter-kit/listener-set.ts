/** Keeps the listeners of an event in this process. */

/** A set of listeners. All are called with the same arguments `T`. */
export interface ListenerSet<T extends readonly unknown[]> {
  /** Adds a listener. Returns a function that removes it. The same function may be added more than once. */
  add(listener: (...args: T) => void): () => void
  /** Calls every listener, one after another. Never throws, unless `onError` throws. */
  publish(...args: T): void
  /** The number of listeners, for leak tests. */
  count(): number
}

/**
 * Makes an empty set. If a listener throws, `onError` is called with the error, and the other listeners are still called.
 *
 * @example
 * const listeners = createListenerSet<[BusEvent]>((error) => log.error(error))
 * const events: EventsAdapter = { publish: (event) => transport.send(JSON.stringify(event)), subscribe: listeners.add }
 */
export function createListenerSet<T extends readonly unknown[]>(
  onError: (error: unknown) => void,
): ListenerSet<T> {
  const listeners = new Set<{ readonly listener: (...args: T) => void }>()
  return {
    add(listener) {
      const entry = { listener }
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    publish(...args) {
      for (const { listener } of [...listeners]) {
        try {
          listener(...args)
        } catch (error) {
          onError(error)
        }
      }
    },
    count: () => listeners.size,
  }
}
