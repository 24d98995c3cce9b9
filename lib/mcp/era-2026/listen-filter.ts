/** Reads the filter of `subscriptions/listen` and reduces it to what the member may see. */

import { countFurther } from '../../control-plane/admission/rate-limit.js'
import type { ClientCapabilities } from '../../control-plane/input/capabilities.js'
import { mayHearOf } from '../../control-plane/operations/resources.js'
import { isOwnTask } from '../../control-plane/operations/tasks.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import { isMemoryUri } from '../../control-plane/runtime/brand.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { Params } from '../jsonrpc/params.js'
import { memoryKeyOf, memorySpaceOf } from '../methods/memory-uri.js'
import { offersResources, offersTasks } from '../methods/table.js'
import { assertDeclared } from '../methods/tasks.js'

/** A subscription filter. MCP 2026-07-28, basic/patterns/subscriptions. */
export interface Filter {
  /** `true`: the list of tools. A flag that is absent is not subscribed to. */
  readonly toolsListChanged?: true
  readonly promptsListChanged?: true
  readonly resourcesListChanged?: true
  /** URIs of resources. */
  readonly resourceSubscriptions?: readonly string[]
  /** Ids of tasks, an addition of the tasks extension. */
  readonly taskIds?: readonly string[]
}

const MAX_URIS = 200
const MAX_TASKS = 50
/** RFC 9110, section 4.1: recipients should support URIs of this length. The URI is repeated in every notification. */
const MAX_URI_LENGTH = 8000
const FLAGS = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const

interface Requested {
  readonly flags: Params
  readonly uris: readonly string[]
  readonly taskIds: readonly string[]
}

/**
 * The part of a requested filter that this member may have. Each URI and task id counts for the rate limit. Throws INVALID_PARAMS for an
 * invalid filter, and RATE_LIMITED.
 */
export async function readFilter(
  runtime: Runtime,
  admitted: Admitted,
  requested: unknown,
  capabilities: ClientCapabilities,
): Promise<Filter> {
  const { flags, uris, taskIds } = readRequested(runtime, requested, capabilities)
  await countFurther(runtime, admitted, uris.length + taskIds.length - 1)
  const readable: string[] = []
  for (const uri of uris) if (await isReadable(runtime, admitted, uri)) readable.push(uri)
  const own: string[] = []
  for (const id of taskIds) if (await isOwnTask(runtime, admitted, id)) own.push(id)
  const hasPrompts = runtime.config.adapters.prompts !== undefined
  const hasResources = offersResources(runtime)
  return {
    ...(flags['toolsListChanged'] === true ? { toolsListChanged: true } : {}),
    ...(flags['promptsListChanged'] === true && hasPrompts ? { promptsListChanged: true } : {}),
    ...(flags['resourcesListChanged'] === true && hasResources ? { resourcesListChanged: true } : {}),
    ...(readable.length > 0 ? { resourceSubscriptions: readable } : {}),
    ...(own.length > 0 ? { taskIds: own } : {}),
  }
}

/** `null` counts as absent. MCP tasks extension, Task Status Notifications: a client with `taskIds` must declare the extension. */
function readRequested(runtime: Runtime, requested: unknown, capabilities: ClientCapabilities): Requested {
  if (!isRecord(requested)) throw new AllvError('INVALID_PARAMS')
  const uris = texts(requested['resourceSubscriptions'] ?? [], MAX_URIS)
  const flagsValid = FLAGS.every((name) => typeof (requested[name] ?? false) === 'boolean')
  if (!flagsValid || uris.some(({ length }) => length > MAX_URI_LENGTH)) throw new AllvError('INVALID_PARAMS')
  if ((requested['taskIds'] ?? null) === null || !offersTasks(runtime))
    return { flags: requested, uris, taskIds: [] }
  assertDeclared(capabilities)
  return { flags: requested, uris, taskIds: texts(requested['taskIds'], MAX_TASKS) }
}

function texts(requested: unknown, most: number): readonly string[] {
  const isValid =
    Array.isArray(requested) &&
    requested.length <= most &&
    requested.every((text) => typeof text === 'string')
  if (!isValid) throw new AllvError('INVALID_PARAMS')
  return [...new Set<string>(requested)]
}

/** Whether the member may read a resource. */
export async function isReadable(runtime: Runtime, admitted: Admitted, uri: string): Promise<boolean> {
  if (!isMemoryUri(runtime.config.brand, uri)) return mayHearOf(runtime, admitted, { uri, key: null })
  const key = memoryKeyOf(uri, memorySpaceOf(runtime, admitted))
  return key !== null && mayHearOf(runtime, admitted, { uri, key })
}
