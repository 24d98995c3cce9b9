/** Workspace memory in memory. For tests and examples only. */

import type { MemoryAdapter, MemoryEntry } from '../adapters/memory.js'
import { type Clock, pageFrom } from './keyed.js'

export type MemorySeed = Omit<MemoryEntry, 'revision' | 'updatedAt'>

export interface InMemoryMemory extends MemoryAdapter {
  update: NonNullable<MemoryAdapter['update']>
  put(workspaceId: string, entry: MemorySeed): MemoryEntry
  remove(workspaceId: string, key: string): boolean
}

export function createInMemoryMemory({
  clock = () => new Date(),
}: {
  readonly clock?: Clock
} = {}): InMemoryMemory {
  const workspaces = new Map<string, Map<string, MemoryEntry>>()
  let revisions = 0
  const entriesOf = (workspaceId: string) => {
    const entries = workspaces.get(workspaceId) ?? new Map<string, MemoryEntry>()
    workspaces.set(workspaceId, entries)
    return entries
  }
  const put = (workspaceId: string, entry: MemorySeed) => {
    revisions += 1
    const stored: MemoryEntry = Object.freeze({ ...entry, revision: String(revisions), updatedAt: clock() })
    entriesOf(workspaceId).set(entry.key, stored)
    return stored
  }
  return {
    put,
    remove: (workspaceId, key) => entriesOf(workspaceId).delete(key),
    async list({ workspaceId }, page) {
      const sorted = [...entriesOf(workspaceId).values()].sort((a, b) => (a.key < b.key ? -1 : 1))
      const { items, nextCursor } = pageFrom(sorted, page)
      return { entries: items.map(({ text: _, ...info }) => info), nextCursor }
    },
    async read({ workspaceId }, { key }) {
      return entriesOf(workspaceId).get(key) ?? null
    },
    async update({ workspaceId }, { key, operation, value, expectedRevision }) {
      const entries = entriesOf(workspaceId)
      const present = entries.get(key)
      if (expectedRevision !== null && expectedRevision !== (present?.revision ?? null)) {
        return { status: 'conflict', revision: present?.revision ?? null }
      }
      if (operation === 'delete') return entries.delete(key) ? { status: 'deleted' } : { status: 'not_found' }
      const text = operation === 'append' ? (present?.text ?? '') + (value ?? '') : (value ?? '')
      const { revision } = put(workspaceId, { ...(present ?? { key }), text })
      return { status: 'updated', revision, created: present === undefined }
    },
  }
}
