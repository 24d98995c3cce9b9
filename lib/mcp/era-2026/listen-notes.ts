/** Matches events to a filter, without a call to a store, and makes the notification of each. */

import type { HeardEvent } from '../../control-plane/runtime/runtime-events.js'
import { type MemorySpace, memoryKeyOf } from '../methods/memory-uri.js'
import type { Filter } from './listen-filter.js'

/** A notification to send. */
export interface Note {
  /** The JSON-RPC method. */
  readonly method: string
  /** The URI of the resource; `null` for a changed list. */
  readonly uri: string | null
  /** Whether to check first that the member may still read the resource. A deleted one cannot be checked. */
  readonly mustBeReadable: boolean
}

/** A filter, prepared for matching. */
export interface Interest {
  readonly filter: Filter
  /** The requested URIs. */
  readonly uris: ReadonlySet<string>
  /** Maps memory keys to the URIs as the client wrote them. */
  readonly uriOfKey: ReadonlyMap<string, string>
}

/** Prepares a filter. */
export function interestOf(filter: Filter, space: MemorySpace): Interest {
  const uris = new Set(filter.resourceSubscriptions ?? [])
  const keys = [...uris].flatMap((uri) => {
    const key = memoryKeyOf(uri, space)
    return key === null ? [] : [[key, uri] as const]
  })
  // If the client wrote two forms of one URI, notifications have the first.
  return { filter, uris, uriOfKey: new Map(keys.reverse()) }
}

/** The notification for an event; `null` if the filter does not include it or its type is unknown. */
export function noteFor({ filter, uris, uriOfKey }: Interest, event: HeardEvent): Note | null {
  switch (event.type) {
    case 'tools_changed':
      return filter.toolsListChanged ? listChanged('tools') : null
    case 'prompts_changed':
      return filter.promptsListChanged ? listChanged('prompts') : null
    case 'resources_changed':
      return filter.resourcesListChanged ? listChanged('resources') : null
    case 'memory_changed':
      return updated(uriOfKey.get(event.key), event.deleted)
    case 'resource_changed':
      return uris.has(event.uri) ? updated(event.uri, event.deleted) : null
    // Other events are of requests and runs. A newer node may also publish types that this one does not know.
    default:
      return null
  }
}

function listChanged(list: 'tools' | 'prompts' | 'resources'): Note {
  return { method: `notifications/${list}/list_changed`, uri: null, mustBeReadable: false }
}

function updated(uri: string | undefined, deleted: boolean | undefined): Note | null {
  if (uri === undefined) return null
  return { method: 'notifications/resources/updated', uri, mustBeReadable: deleted !== true }
}
