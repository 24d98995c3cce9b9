/** Workspace memory in memory, for tests and examples only. Every member can read every entry of their workspace. */

import { assertFitsMemory, isTooLongForMemory } from '../../adapter-kit/memory-limit.js'
import { storableEntry } from '../../adapter-kit/memory-text.js'
import { assertStorableTexts } from '../../adapter-kit/storable.js'
import type {
  MemoryAdapter,
  MemoryChange,
  MemoryEntry,
  MemoryList,
  MemoryPage,
  MemoryUpdate,
} from '../../adapters/memory.js'
import { frozenCopy } from './frozen-copy.js'
import type { Clock } from './keyed.js'

/** A memory entry to store. */
export type MemorySeed = Omit<MemoryEntry, 'revision' | 'updatedAt'>

/** Workspace memory, in memory. */
export interface InMemoryMemory extends MemoryAdapter {
  /** Changes an entry as a member. */
  update: NonNullable<MemoryAdapter['update']>
  /**
   * Adds or replaces an entry, with a new revision. Throws a TypeError for a key or a text that stores cannot keep. In a title or description
   * such characters are replaced.
   */
  put(workspaceId: string, entry: MemorySeed): MemoryEntry
  /** Removes an entry. Gives whether there was one. */
  remove(workspaceId: string, key: string): boolean
}

/** The entries of one workspace. */
interface Table {
  readonly entries: Map<string, MemoryEntry>
  /** The keys in order. `null`: to be sorted at the next list. */
  keys: readonly string[] | null
}

/** The tables of all workspaces, and what changes their entries. */
interface Tables {
  of(workspaceId: string): Table
  find(workspaceId: string, key: string): MemoryEntry | null
  put: InMemoryMemory['put']
  remove: InMemoryMemory['remove']
}

/**
 * Makes workspace memory in memory, for tests and examples.
 *
 * @example
 * const memory = createInMemoryMemory()
 * const { revision } = memory.put('ws_acme', { key: 'tone', text: 'formal' })
 */
export function createInMemoryMemory({
  clock = () => new Date(),
}: {
  /** Gives the time of changes. Default: the real time. */
  readonly clock?: Clock
} = {}): InMemoryMemory {
  const tables = createTables(clock)
  return {
    put: tables.put,
    remove: tables.remove,
    list: async ({ workspaceId }, page) => pageOf(tables.of(workspaceId), page),
    read: async ({ workspaceId }, { key }) => frozenCopy(tables.find(workspaceId, key)),
    update: async ({ workspaceId }, change) => changeEntry(tables, workspaceId, change),
  }
}

function createTables(clock: Clock): Tables {
  const workspaces = new Map<string, Table>()
  let revisions = 0
  const of = (workspaceId: string) => {
    const table = workspaces.get(workspaceId) ?? { entries: new Map(), keys: null }
    workspaces.set(workspaceId, table)
    return table
  }
  return {
    of,
    find: (workspaceId, key) => workspaces.get(workspaceId)?.entries.get(key) ?? null,
    put(workspaceId, entry) {
      assertFitsMemory(entry.text)
      revisions += 1
      const table = of(workspaceId)
      const stored: MemoryEntry = frozenCopy({
        ...storableEntry(entry),
        revision: String(revisions),
        updatedAt: clock(),
      })
      if (!table.entries.has(entry.key)) table.keys = null
      table.entries.set(entry.key, stored)
      return frozenCopy(stored)
    },
    remove(workspaceId, key) {
      const table = of(workspaceId)
      table.keys = null
      return table.entries.delete(key)
    },
  }
}

function changeEntry(tables: Tables, workspaceId: string, change: MemoryChange): MemoryUpdate {
  const { key, operation, value, expectedRevision } = change
  assertStorableTexts({ 'the memory key': key, 'the memory text': value })
  const present = tables.find(workspaceId, key)
  const revision = present?.revision ?? null
  if (expectedRevision !== null && expectedRevision !== revision) return { status: 'conflict', revision }
  if (operation === 'delete') return { status: tables.remove(workspaceId, key) ? 'deleted' : 'not_found' }
  const text = textAfter(present, change)
  if (isTooLongForMemory(text)) return { status: 'too_large' }
  return updated(present, tables.put(workspaceId, { ...present, key, text }))
}

function textAfter(present: MemoryEntry | null, { operation, value }: MemoryChange): string {
  const before = operation === 'append' ? (present?.text ?? '') : ''
  return before + (value ?? '')
}

function updated(before: MemoryEntry | null, { revision }: MemoryEntry): MemoryUpdate {
  return { status: 'updated', revision, created: before === null }
}

/** The cursor is the last key of a page, so entries that are added or removed between two pages move no other. */
function pageOf(table: Table, { cursor, limit }: MemoryPage): MemoryList {
  table.keys ??= [...table.entries.keys()].sort()
  const from = cursor === null ? 0 : placeAfter(table.keys, cursor)
  const keys = table.keys.slice(from, from + limit)
  const entries = keys.flatMap((key) => {
    const entry = table.entries.get(key)
    if (entry === undefined) return []
    const { text: _, ...info } = entry
    return [frozenCopy(info)]
  })
  return { entries, nextCursor: from + limit < table.keys.length ? (keys.at(-1) ?? null) : null }
}

/** The place of the first key above `key`, by binary search. */
function placeAfter(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] ?? '') > key) high = middle
    else low = middle + 1
  }
  return low
}
