/** The operations on resources: the addresses of memory first, then the host's own. */

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
import { bindingOf, inRounds, type Offered, outcomeOf } from '../content/rounds.js'
import { NO_CAPABILITIES } from '../input/capabilities.js'
import type { Retry } from '../input/request-state.js'
import { isCursorOf } from '../request/cursors.js'
import { operation } from '../request/operation.js'
import { withinLimit } from '../request/output-limit.js'
import { type Page, pageOf } from '../request/pages.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { listMemory, listMemoryTemplates } from './memory.js'

/** RFC 9110, section 4.1: what every recipient of a URI should take. A refusal does not repeat a longer one. UTF-16 units. */
export const MOST_REPEATED = 8000

/** authorize, validate, execute, audit. A resource that is missing and one that is not for this member are both RESOURCE_NOT_FOUND. */
export async function resourceAt(
  runtime: Runtime,
  admitted: Admitted,
  input: Omit<ResourceInput, 'answered' | 'readmit'> & { readonly retry: Retry | null },
): Promise<Offered<readonly ResourceContents[]>> {
  const { uri } = input
  return operation(runtime, admitted, 'resources/read', async () => {
    const binding = bindingOf(admitted, 'resources/read', uri, {})
    const result = await inRounds(runtime, binding, input.retry, async (answered) => {
      const again = () => readmit(runtime, admitted)
      const contents = await readResource(runtime, admitted, { ...input, answered, readmit: again })
      if (contents === null)
        throw new AllvError('RESOURCE_NOT_FOUND', uri.length > MOST_REPEATED ? {} : { details: { uri } })
      return contents
    })
    withinLimit(runtime, admitted, 'resources.read', result)
    return { result, facts: { resourceUri: uri, ...outcomeOf(result) } }
  })
}

export interface ResourcePage {
  readonly memory: MemoryList['entries']
  readonly host: readonly ResourceInfo[]
  readonly nextCursor: string | null
}

/** Memory, where the host has one, as its adapter pages; what the host lists besides follows on pages of its own. */
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

/** execute (the adapter filters), audit. */
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

/** The templates of memory and of the host: `null` where the host has no memory. What it does not have is neither asked nor recorded. */
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
 * Whether this member may hear of a resource: part of opening a stream, whose event says what it may hear. `key` is that of a memory
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
