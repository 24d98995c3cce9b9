/** What a listener asked to hear, cut to what it may know, and the notification that an event becomes for it. */

import type { HubEvent } from '../adapters/events.js'
import { AllvError } from '../errors.js'
import type { ClientCapabilities } from '../pipeline/abilities.js'
import type { Admitted } from '../pipeline/context.js'
import { mayHearOf } from '../pipeline/listings.js'
import type { Plane } from '../pipeline/plane.js'
import { isOwnTask } from '../tasks/operations.js'
import { isMemoryUri, isSameUri, memoryKeyOf, memoryUri } from './memory-uri.js'
import { offersTasks } from './methods.js'
import { assertDeclared } from './methods-tasks.js'
import { isRecord } from './params.js'
import type { WireObject } from './results.js'

export interface Filter {
  readonly toolsListChanged?: true
  readonly promptsListChanged?: true
  readonly resourcesListChanged?: true
  readonly resourceSubscriptions?: readonly string[]
  readonly taskIds?: readonly string[]
}

const MAX_URIS = 200
const MAX_TASKS = 50

/** The honoured part of a requested filter. Throws INVALID_PARAMS for what is no filter. */
export async function honour(
  plane: Plane,
  admitted: Admitted,
  asked: unknown,
  capabilities: ClientCapabilities,
): Promise<Filter> {
  if (!isRecord(asked)) throw new AllvError('INVALID_PARAMS')
  const uris = asked['resourceSubscriptions'] ?? []
  const flags = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'].map((name) => asked[name])
  const wellFormed =
    Array.isArray(uris) &&
    uris.length <= MAX_URIS &&
    uris.every((uri) => typeof uri === 'string') &&
    flags.every((flag) => flag === undefined || typeof flag === 'boolean')
  if (!wellFormed) throw new AllvError('INVALID_PARAMS')
  const readable: string[] = []
  for (const uri of new Set<string>(uris)) if (await isReadable(plane, admitted, uri)) readable.push(uri)
  const tasks = await ownTasks(plane, admitted, asked['taskIds'], capabilities)
  const hasPrompts = plane.config.adapters.prompts !== undefined
  return {
    ...(asked['toolsListChanged'] === true ? { toolsListChanged: true } : {}),
    ...(asked['promptsListChanged'] === true && hasPrompts ? { promptsListChanged: true } : {}),
    ...(asked['resourcesListChanged'] === true ? { resourcesListChanged: true } : {}),
    ...(readable.length > 0 ? { resourceSubscriptions: readable } : {}),
    ...(tasks.length > 0 ? { taskIds: tasks } : {}),
  }
}

/** The caller's own ones of these; unknown and foreign ones are left out. MCP tasks extension, Task Status Notifications. */
async function ownTasks(
  plane: Plane,
  admitted: Admitted,
  asked: unknown,
  capabilities: ClientCapabilities,
): Promise<readonly string[]> {
  if (asked === undefined || !offersTasks(plane)) return []
  assertDeclared(capabilities)
  const wellFormed =
    Array.isArray(asked) && asked.length <= MAX_TASKS && asked.every((id) => typeof id === 'string')
  if (!wellFormed) throw new AllvError('INVALID_PARAMS')
  const own: string[] = []
  for (const id of new Set<string>(asked)) if (await isOwnTask(plane, admitted, id)) own.push(id)
  return own
}

export interface Notification {
  readonly method: string
  readonly params?: WireObject
}

/** The notification for this event, or `null` when it was not asked for, or is about what may not be read any more. */
export async function notificationFor(
  plane: Plane,
  admitted: Admitted,
  filter: Filter,
  event: HubEvent,
): Promise<Notification | null> {
  switch (event.type) {
    case 'tools_changed':
      return filter.toolsListChanged ? { method: 'notifications/tools/list_changed' } : null
    case 'prompts_changed':
      return filter.promptsListChanged ? { method: 'notifications/prompts/list_changed' } : null
    case 'resources_changed':
      return filter.resourcesListChanged ? { method: 'notifications/resources/list_changed' } : null
    case 'memory_changed':
      return updated(plane, admitted, filter, {
        uri: memoryUri(admitted.context.workspaceId, event.key),
        deleted: event.deleted,
      })
    case 'resource_changed':
      return updated(plane, admitted, filter, { uri: event.uri, deleted: event.deleted })
    case 'approval_changed':
    case 'run_changed':
    case 'run_joined':
    case 'run_cancelled':
    case 'request_cancelled':
    case 'client_answered':
      return null
  }
}

async function updated(
  plane: Plane,
  admitted: Admitted,
  { resourceSubscriptions = [] }: Filter,
  { uri, deleted }: { readonly uri: string; readonly deleted: boolean | undefined },
): Promise<Notification | null> {
  // Told in the listener's own spelling, by which it finds its subscription again.
  const asked = resourceSubscriptions.find((one) => isSameUri(one, uri))
  if (asked === undefined) return null
  const tell = deleted === true || (await isReadable(plane, admitted, uri))
  return tell ? { method: 'notifications/resources/updated', params: { uri: asked } } : null
}

async function isReadable(plane: Plane, admitted: Admitted, uri: string): Promise<boolean> {
  if (!isMemoryUri(uri)) return mayHearOf(plane, admitted, { uri, key: null })
  const key = memoryKeyOf(uri, admitted.context.workspaceId)
  return key !== null && mayHearOf(plane, admitted, { uri, key })
}
