/** Which events are for which filter, told without looking anything up, and the notification that each becomes. */

import type { HubEvent } from '../../adapters/events.js'
import { memoryKeyOf } from '../methods/memory-uri.js'
import type { Filter } from './listen-filter.js'

export interface Note {
  readonly method: string
  /** The resource that it is about, `null`: a list. */
  readonly uri: string | null
  /** It must still be readable for who is told of it. */
  readonly mustBeReadable: boolean
}

/** A filter, made ready for many looks. */
export interface Interest {
  readonly filter: Filter
  readonly uris: ReadonlySet<string>
  /** By the memory key that it names: the URI as it was asked for. */
  readonly uriOfKey: ReadonlyMap<string, string>
}

export function interestOf(filter: Filter, workspaceId: string): Interest {
  const uris = new Set(filter.resourceSubscriptions ?? [])
  const keys = [...uris].flatMap((uri) => {
    const key = memoryKeyOf(uri, workspaceId)
    return key === null ? [] : [[key, uri] as const]
  })
  // Of two spellings of one entry the first is told of.
  return { filter, uris, uriOfKey: new Map(keys.reverse()) }
}

/** The notification that this listener may be told, or `null`: it did not ask for it, or the event is of a kind that nobody knows here. */
export function noteFor({ filter, uris, uriOfKey }: Interest, event: HubEvent): Note | null {
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
    // Other events are of requests and runs; and a newer node may publish what this one has never heard of.
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
