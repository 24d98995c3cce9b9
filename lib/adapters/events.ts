/** News between requests and between nodes. Every event carries its workspace, and the member it is for. */

import type { JsonObject } from '../foundation/json/json.js'

interface Addressed {
  readonly workspaceId: string
  /** `null`: every member of the workspace. */
  readonly memberId: string | null
}

export type HubEvent = Addressed &
  (
    | { readonly type: 'tools_changed' | 'prompts_changed' | 'resources_changed' }
    /** One memory entry, by its key. */
    | { readonly type: 'memory_changed'; readonly key: string; readonly deleted?: boolean }
    /** One resource of the host's own, by its URI. */
    | { readonly type: 'resource_changed'; readonly uri: string; readonly deleted?: boolean }
    /** An approval of this member has moved. Stores publish it when they decide; the library when it consumes and settles. */
    | { readonly type: 'approval_changed'; readonly approvalId: string }
    /** A run that its caller follows as a task has moved. Made by the library. */
    | { readonly type: 'run_changed'; readonly runId: string }
    /** A caller came back for a run that is going on, on whichever node. Made by the library. */
    | { readonly type: 'run_joined'; readonly runId: string }
    /** The caller wants a run stopped, on whichever node it runs. Made by the library. */
    | { readonly type: 'run_cancelled'; readonly runId: string }
    /** The caller takes a request of its session back, on whichever node it waits. Made by the library. */
    | {
        readonly type: 'request_cancelled'
        readonly session: string
        readonly requestId: string | number
      }
    /** A client's answer to a request that another node may be waiting with. Made by the library. */
    | { readonly type: 'client_answered'; readonly requestId: string; readonly response: JsonObject }
  )

/**
 * Promise: an event that `publish` resolved for reaches every present listener of every node once, soon. Delivery is best effort:
 * an event may be lost with a connection, so nothing that must happen depends on one. `subscribe` gives the way to end it.
 */
export interface EventsAdapter {
  publish(event: HubEvent): Promise<void>
  subscribe(listener: (event: HubEvent) => void): () => void
}
