/** Reads memory, for lists, resources and `agent.read_memory`. It cannot write. */

import { isTooLongForMemory, MOST_MEMORY_CHARACTERS } from '../../adapter-kit/memory-limit.js'
import type {
  MemoryEntry,
  MemoryEntryInfo,
  MemoryList,
  MemoryReader,
  MemoryTemplate,
} from '../../adapters/memory.js'
import { isRecord } from '../../foundation/json/guards.js'
import { withoutNulls } from '../../foundation/json/host-values.js'
import { mayReadMemory } from '../access/scopes.js'
import { openCursor, sealCursor } from '../request/cursors.js'
import { dateProblem, textProblem, usableItems } from '../request/host-items.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter, reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { isMemoryKey } from './memory-key.js'

/** `undefined`: the host has no memory. Lists are empty then, and no entry is found. */
function readerOf(runtime: Runtime): MemoryReader | undefined {
  return runtime.config.adapters.memory
}

/** One page of the entries that this member may read. Both cursors are sealed. Throws INVALID_CURSOR. */
export async function listEntries(
  runtime: Runtime,
  admitted: Admitted,
  cursor: string | undefined,
): Promise<MemoryList> {
  const position = await openCursor(runtime, admitted, 'memory', cursor)
  const reader = readerOf(runtime)
  if (reader === undefined) return { entries: [], nextCursor: null }
  if (!mayReadMemory(admitted)) return { entries: [], nextCursor: null }
  const page = { cursor: position, limit: runtime.config.pageSize }
  const list = await callAdapter(runtime, admitted.context.correlationId, () =>
    reader.list(admitted.context, page),
  )
  if (!isRecord(list)) throw new TypeError('memory.list gave no page; it must give { entries, nextCursor }')
  const { entries: given, nextCursor = null } = list
  const entries = usableItems(runtime, admitted.context, {
    given,
    from: 'memory.list',
    problemOf: entryProblem,
  })
  if (nextCursor !== null && typeof nextCursor !== 'string')
    throw new TypeError('the nextCursor that memory.list gave must be a text, or null for the last page')
  return {
    entries: entries.filter(({ key }) => isMemoryKey(key)),
    nextCursor: nextCursor === null ? null : await sealCursor(runtime, admitted, 'memory', nextCursor),
  }
}

/** The entry. `null` when there is none, when the member may not read memory, or when the key is not valid. Throws ANSWER_TOO_LARGE. */
export async function readEntry(
  runtime: Runtime,
  admitted: Admitted,
  key: string,
): Promise<MemoryEntry | null> {
  const reader = readerOf(runtime)
  if (reader === undefined) return null
  if (!mayReadMemory(admitted) || !isMemoryKey(key)) return null
  const given = await callAdapter(runtime, admitted.context.correlationId, () =>
    reader.read(admitted.context, { key }),
  )
  if (given?.key !== key) return null
  const entry = withoutNulls(given)
  if (typeof entry.text !== 'string' || typeof entry.revision !== 'string')
    throw new TypeError(
      'memory.read gave an entry of the wrong shape; it needs key, text and revision as strings',
    )
  const problem = entryProblem(entry)
  if (problem !== null) throw new TypeError(`memory.read gave an entry of the wrong shape: ${problem}`)
  if (isTooLongForMemory(entry.text))
    throw reportFailure(
      runtime,
      admitted.context.correlationId,
      'ANSWER_TOO_LARGE',
      new RangeError(`memory.read gave more than ${MOST_MEMORY_CHARACTERS} characters`),
    )
  return entry
}

const OPTIONAL = ['title', 'description', 'mimeType'] as const

function entryProblem(entry: MemoryEntryInfo): string | null {
  return (
    textProblem(entry, { required: ['key', 'revision'], optional: OPTIONAL }) ?? dateProblem(entry.updatedAt)
  )
}

function templateProblem(template: MemoryTemplate): string | null {
  return textProblem(template, { required: ['keyTemplate', 'name'], optional: OPTIONAL })
}

/** The memory templates of the host; none when the member may not read memory. */
export async function listTemplates(
  runtime: Runtime,
  admitted: Admitted,
): Promise<readonly MemoryTemplate[]> {
  const reader = readerOf(runtime)
  if (!mayReadMemory(admitted) || reader?.templates === undefined) return []
  const given = await callAdapter(
    runtime,
    admitted.context.correlationId,
    async () => (await reader.templates?.(admitted.context)) ?? [],
  )
  return usableItems(runtime, admitted.context, {
    given,
    from: 'memory.templates',
    problemOf: templateProblem,
  })
}
