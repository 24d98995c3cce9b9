/** The operations on resources as MCP lists them: the workspace's memory first, then the host's own. */

import type { MemoryList, MemoryTemplate } from '../../adapters/memory.js'
import type { Completion } from '../../adapters/prompts.js'
import type { ResourceInfo, ResourceTemplate } from '../../adapters/resources.js'
import { listEntries, readEntry } from '../content/memory.js'
import { listResources, listResourceTemplates, readResource } from '../content/resources.js'
import { NO_CAPABILITIES } from '../input/capabilities.js'
import { isCursorOf } from '../request/cursors.js'
import { operation } from '../request/operation.js'
import { type Page, pageOf } from '../request/pages.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { listMemory, listMemoryTemplates } from './call-tool.js'

export interface ResourcePage {
  readonly memory: MemoryList['entries']
  readonly host: readonly ResourceInfo[]
  readonly nextCursor: string | null
}

/** Memory pages as its adapter pages; what the host lists besides follows on pages of its own. */
export async function pageOfResources(
  runtime: Runtime,
  admitted: Admitted,
  cursor: string | undefined,
): Promise<ResourcePage> {
  if (cursor !== undefined && (await isCursorOf(runtime, admitted, 'resources', cursor))) {
    const { items: host, nextCursor } = await pageOfHost(runtime, admitted, cursor)
    return { memory: [], host, nextCursor }
  }
  const { entries: memory, nextCursor } = await listMemory(runtime, admitted, cursor)
  if (nextCursor !== null || runtime.config.adapters.resources === undefined)
    return { memory, host: [], nextCursor }
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

/** The templates of memory and of the host; where the host has none of its own, nothing is asked and nothing recorded of it. */
export async function listTemplates(
  runtime: Runtime,
  admitted: Admitted,
): Promise<{ readonly memory: readonly MemoryTemplate[]; readonly host: readonly ResourceTemplate[] }> {
  const memory = await listMemoryTemplates(runtime, admitted)
  if (runtime.config.adapters.resources?.templates === undefined) return { memory, host: [] }
  const host = await operation(runtime, admitted, 'resources/templates/list', async () => {
    return { result: await listResourceTemplates(runtime, admitted), facts: {} }
  })
  return { memory, host }
}

/** Somebody is typing: a large memory is not read to its end for each letter. */
const MOST_PAGES = 10

export interface KeyCompletion extends Completion {
  /** Whether there are pages that were not looked at. */
  readonly unfinished: boolean
}

/** At least `enough` memory keys that begin with what is typed, where the first ten pages have so many. */
export async function completeMemoryKey(
  runtime: Runtime,
  admitted: Admitted,
  typed: string,
  enough: number,
): Promise<KeyCompletion> {
  return operation<KeyCompletion>(runtime, admitted, 'completion/complete', async () => {
    const values: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < MOST_PAGES && values.length < enough; pages += 1) {
      const { entries, nextCursor } = await listEntries(runtime, admitted, cursor)
      values.push(...entries.map(({ key }) => key).filter((key) => key.startsWith(typed)))
      if (nextCursor === null) return { result: { values, unfinished: false }, facts: MEMORY }
      cursor = nextCursor
    }
    return { result: { values, unfinished: true }, facts: MEMORY }
  })
}

const MEMORY = Object.freeze({ resourceUri: 'allv:memory' })

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
