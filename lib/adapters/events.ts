/** Events between requests and between nodes. Every event names its workspace, and the member it is for. */

interface Addressed {
  /** Only listeners of this workspace hear the event. */
  readonly workspaceId: string
  /** Only this member's requests and streams hear the event. `null`: those of every member of the workspace. */
  readonly memberId: string | null
}

/**
 * What a host may publish: that something which clients can see has changed. Clients with a listen stream are told if they may see it; waits
 * for an approval look at the store again. Nothing depends on such an event alone, so a false one costs a look and nothing else.
 *
 * @example
 * await events.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
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
        /** `true`: the entry is gone, so nobody checks first whether it can be read. Default `false`. */
        readonly deleted?: boolean
      }
    | {
        /** The contents of a resource of `adapters.resources` have changed, or the resource was deleted. */
        readonly type: 'resource_changed'
        /** The URI, as `adapters.resources` lists it. */
        readonly uri: string
        /** `true`: the resource is gone, so nobody checks first whether it can be read. Default `false`. */
        readonly deleted?: boolean
      }
    | {
        /** An approval of this member has another state. Stores publish it when they decide; the library publishes it after `consume` and `settle`. */
        readonly type: 'approval_changed'
        /** The id of the approval. */
        readonly approvalId: string
      }
  )

/**
 * What the library tells itself on other nodes: a request or a run is cancelled, a caller has come back for a run, a client has answered a form.
 * An events adapter carries it as it is. Only nodes with the same option `secret` can make or read one: any other is ignored, and reported to `onError`.
 */
export interface LibraryEvent {
  /** Tells it from an event of the host. */
  readonly type: 'library'
  /** The workspace of the request or run that it is about. */
  readonly workspaceId: string
  /** The one member whose request or run it is about. */
  readonly memberId: string
  /** Encrypted. Visible ASCII; as long as a client's answer, so up to twice the option `bodyLimitBytes`. */
  readonly sealed: string
}

/** Everything that an events adapter carries. */
export type BusEvent = HostEvent | LibraryEvent

/** Carries events between requests, and between nodes where there are several. */
export interface EventsAdapter {
  /**
   * Promise: an event that `publish` resolved for reaches every present listener of every node once, within a second or so. Delivery is best
   * effort: an event may be lost with a connection, so nothing that must happen depends on one. Rejects when the event cannot be sent.
   */
  publish(event: BusEvent): Promise<void>
  /** Hears every event of every workspace from now on. Gives the way to end it, which may be called more than once. */
  subscribe(listener: (event: BusEvent) => void): () => void
}
