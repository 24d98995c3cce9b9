/** The operations on resources: first those of memory, then the host's own. */

import type { MemoryList, MemoryTemplate } from '../../adapters/memory.js'
import type { ResourceContents, ResourceInfo, ResourceTemplate } from '../../adapters/resources.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { readmit } from '../admission/admit.js'
import { readEntry } from '../content/memory.js'
import {
  listResources,
  listResourceTemplates,
  type ResourceInput,
  readResource,
} from '../content/resources.js'
import { auditOutcome, type ResultOrAsk, requestBinding, withRequestState } from '../content/rounds.js'
import { NO_CAPABILITIES } from '../input/capabilities.js'
import type { Retry } from '../input/request-state.js'
import { isCursorOf } from '../request/cursors.js'
import { operation } from '../request/operation.js'
import { withinLimit } from '../request/output-limit.js'
import { type Page, pageOf } from '../request/pages.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { listMemory, listMemoryTemplates } from './memory.js'

/** A refusal does not repeat a longer URI, in UTF-16 units. RFC 9110, section 4.1: every recipient of a URI should accept this length. */
export const MAX_ECHOED_URI_LENGTH = 8000

/**
 * The contents of one of the host's own resources, or the input requests of the host. Steps: authorize, validate, execute, audit. Throws
 * RESOURCE_NOT_FOUND, both for a missing resource and for one that the member must not read.
 */
export async function resourceAt(
  runtime: Runtime,
  admitted: Admitted,
  input: Omit<ResourceInput, 'answered' | 'readmit'> & { readonly retry: Retry | null },
): Promise<ResultOrAsk<readonly ResourceContents[]>> {
  const { uri } = input
  return operation(runtime, admitted, 'resources/read', async () => {
    const binding = requestBinding(admitted, 'resources/read', uri, {})
    const result = await withRequestState(runtime, binding, input.retry, async (answered) => {
      const again = () => readmit(runtime, admitted)
      const contents = await readResource(runtime, admitted, { ...input, answered, readmit: again })
      if (contents === null)
        throw new AllvError(
          'RESOURCE_NOT_FOUND',
          uri.length > MAX_ECHOED_URI_LENGTH ? {} : { details: { uri } },
        )
      return contents
    })
    withinLimit(runtime, admitted, 'resources.read', result)
    return { result, facts: { resourceUri: uri, ...auditOutcome(result) } }
  })
}

/** One page of `resources/list`. */
export interface ResourcePage {
  /** Memory entries; the face makes resources of them. */
  readonly memory: MemoryList['entries']
  /** Resources of the host's own. */
  readonly host: readonly ResourceInfo[]
  /** Cursor of the next page; `null` on the last one. */
  readonly nextCursor: string | null
}

/** One page of resources. The memory pages come first, as their adapter divides them; the host's other resources follow. */
export async function pageOfResources(
  runtime: Runtime,
  admitted: Admitted,
  cursor: string | undefined,
): Promise<ResourcePage> {
  const { adapters } = runtime.config
  const isPastMemory =
    adapters.memory === undefined ||
    (cursor !== undefined && (await isCursorOf(runtime, admitted, 'resources', cursor)))
  if (isPastMemory) {
    const { items: host, nextCursor } = await pageOfHost(runtime, admitted, cursor)
    return { memory: [], host, nextCursor }
  }
  const { entries: memory, nextCursor } = await listMemory(runtime, admitted, cursor)
  if (nextCursor !== null || adapters.resources === undefined) return { memory, host: [], nextCursor }
  const first = await pageOfHost(runtime, admitted, undefined)
  return { memory, host: first.items, nextCursor: first.nextCursor }
}

/** Steps: execute (the adapter filters), audit. */
function pageOfHost(
  runtime: Runtime,
  admitted: Admitted,
  cursor: string | undefined,
): Promise<Page<ResourceInfo>> {
  return operation(runtime, admitted, 'resources/list', async () => {
    const load = () => listResources(runtime, admitted)
    const nameOf = ({ uri }: ResourceInfo) => uri
    return { result: await pageOf(runtime, admitted, { list: 'resources', cursor, load, nameOf }), facts: {} }
  })
}

/** The templates of memory (`null` for a host without memory) and of the host. An adapter that does not exist leaves no audit event. */
export async function listTemplates(
  runtime: Runtime,
  admitted: Admitted,
): Promise<{
  readonly memory: readonly MemoryTemplate[] | null
  readonly host: readonly ResourceTemplate[]
}> {
  const { adapters } = runtime.config
  const memory = adapters.memory === undefined ? null : await listMemoryTemplates(runtime, admitted)
  if (memory !== null && adapters.resources?.templates === undefined) return { memory, host: [] }
  const host = await operation(runtime, admitted, 'resources/templates/list', async () => {
    return { result: await listResourceTemplates(runtime, admitted), facts: {} }
  })
  return { memory, host }
}

/**
 * Whether this member may receive events about a resource. Part of opening a stream, whose audit event names it. `key` is that of a memory
 * entry, `null` for a resource of the host's own.
 */
export async function mayHearOf(
  runtime: Runtime,
  admitted: Admitted,
  { uri, key }: { readonly uri: string; readonly key: string | null },
): Promise<boolean> {
  if (key !== null) return (await readEntry(runtime, admitted, key)) !== null
  const answered = { answers: null, state: null }
  const input = { uri, capabilities: NO_CAPABILITIES, answered, readmit: async () => admitted }
  return (await readResource(runtime, admitted, input).catch(() => null)) !== null
}
