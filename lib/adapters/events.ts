/** The adapter that carries events between requests and between nodes. Every event has a workspace, and may have a member. */

interface Addressed {
  /** Only requests and streams of this workspace get the event. */
  readonly workspaceId: string
  /** Only requests and streams of this member get the event. `null`: those of every member of the workspace. */
  readonly memberId: string | null
}

/**
 * An event that a host may publish: something that clients can see has changed. Clients with a listen stream are notified if they may see it, and
 * waits for an approval read the store again. Nothing depends on such an event alone, so a wrong event causes only a read.
 *
 * @example
 * await stores.events.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
 */
export type HostEvent = Addressed &
  (
    | {
        /** The list of tools, of prompts, or of resources and memory entries has changed. */
        readonly type: 'tools_changed' | 'prompts_changed' | 'resources_changed'
      }
    | {
        /** The text of a memory entry has changed, or the entry was deleted. */
        readonly type: 'memory_changed'
        /** The key of the entry. */
        readonly key: string
        /** `true`: the entry was deleted, so clients are notified without a check that they can read it. Default `false`. */
        readonly deleted?: boolean
      }
    | {
        /** The contents of a resource of `adapters.resources` have changed, or the resource was deleted. */
        readonly type: 'resource_changed'
        /** The URI, as `adapters.resources` lists it. */
        readonly uri: string
        /** `true`: the resource was deleted, so clients are notified without a check that they can read it. Default `false`. */
        readonly deleted?: boolean
      }
    | {
        /** The state of an approval of this member has changed. Stores publish it after a decision; the library does after `consume` and `settle`. */
        readonly type: 'approval_changed'
        /** The id of the approval. */
        readonly approvalId: string
      }
  )

/**
 * An event from the library to itself on other nodes: a request or a run is cancelled, a caller has reconnected to a run, or a client has answered a
 * form. An events adapter carries it unchanged. Only nodes with the same option `secret` can make or read one. Any other is ignored and reported to
 * `onError`.
 */
export interface LibraryEvent {
  /** Distinguishes it from a `HostEvent`. */
  readonly type: 'library'
  /** The workspace of the request or run. */
  readonly workspaceId: string
  /** The member of the request or run. */
  readonly memberId: string
  /** The encrypted content. Visible ASCII. It may contain a client's answer, so it can be up to twice the option `bodyLimitBytes` long. */
  readonly sealed: string
}

/** Any event that an events adapter carries. */
export type BusEvent = HostEvent | LibraryEvent

/**
 * Carries events between requests, and between nodes where there are several.
 *
 * @example
 * const listeners = createListenerSet<[BusEvent]>((error) => log.error(error))
 * transport.onText((text) => {
 *   const event = readBusEvent(text)
 *   if (event !== null) listeners.publish(event)
 * })
 * const events: EventsAdapter = {
 *   publish: (event) => transport.send(JSON.stringify(event)),
 *   subscribe: listeners.add,
 * }
 */
export interface EventsAdapter {
  /**
   * Publishes an event. After it resolves, every listener of every node gets the event once, within about a second. Delivery is best effort: an event
   * may be lost with a connection, so nothing that must happen depends on one. Rejects if the event cannot be sent.
   */
  publish(event: BusEvent): Promise<void>
  /** Calls `listener` with every later event of every workspace. Returns a function that ends the subscription and may be called more than once. */
  subscribe(listener: (event: BusEvent) => void): () => void
}
