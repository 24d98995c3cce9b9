/** Workspace memory in PostgreSQL, with a history of every change. Every member can read every entry of their workspace. */

import { assertListLimit } from '../../adapter-kit/list-limit.js'
import { assertFitsMemory } from '../../adapter-kit/memory-limit.js'
import { storableEntry } from '../../adapter-kit/memory-text.js'
import type { EventsAdapter } from '../../adapters/events.js'
import type {
  MemoryAdapter,
  MemoryChange,
  MemoryEntry,
  MemoryEntryInfo,
  MemoryList,
  MemoryPage,
  MemoryUpdate,
} from '../../adapters/memory.js'
import type { Database } from '../database/database.js'
import { canBeThere, dateOf, epochMs, type Stored } from '../database/fields.js'
import { changeEntry } from './changes.js'

/** One change of an entry of memory. */
export interface MemoryRevision {
  /** The key of the entry. */
  readonly key: string
  /** The revision that the change made. */
  readonly revision: string
  /** What was done. */
  readonly operation: MemoryChange['operation']
  /** The text after the change. `null`: the entry was deleted. */
  readonly text: string | null
  /** When, by the clock of the database. */
  readonly changedAt: Date
  /** `null` for the host's own changes. */
  readonly memberId: string | null
  /** The run that made the change. `null` for the host's own changes. */
  readonly runId: string | null
}

/**
 * Memory in PostgreSQL, with its history.
 *
 * @example
 * await stores.memory.put('ws_acme', { key: 'tone', text: 'formal' })
 * const revisions = await stores.memory.history({ workspaceId: 'ws_acme', key: 'tone', limit: 20 })
 */
export interface PostgresMemory extends MemoryAdapter {
  /** Changes an entry as a member. The history keeps the change. */
  update: NonNullable<MemoryAdapter['update']>
  /**
   * Adds or replaces an entry as the host, and publishes the change. Rejects with a TypeError for a key or a text with a NUL or a lone surrogate.
   * In a title (at most 200 characters) or a description (2000) they become U+FFFD.
   */
  put(workspaceId: string, entry: Omit<MemoryEntry, 'revision' | 'updatedAt'>): Promise<void>
  /** Deletes an entry as the host, and publishes the change. Gives whether there was such an entry. */
  remove(workspaceId: string, key: string): Promise<boolean>
  /** Lists the changes of one key, newest first, also those before a deletion. `limit`: default 100. */
  history(query: {
    readonly workspaceId: string
    readonly key: string
    readonly limit?: number
  }): Promise<readonly MemoryRevision[]>
}

const INFO = `'key', key, 'title', title, 'description', description, 'mimeType', mime_type,
  'revision', revision::text, 'updatedAt', ${epochMs('updated_at')}`

/** Makes the memory adapter. */
export function createPostgresMemory(database: Database, events: EventsAdapter): PostgresMemory {
  const publishChange = async (
    workspaceId: string,
    key: string,
    { deleted }: { readonly deleted: boolean },
  ) => {
    await events.publish({ type: 'memory_changed', workspaceId, memberId: null, key, deleted })
    await events.publish({ type: 'resources_changed', workspaceId, memberId: null })
  }
  return {
    list: ({ workspaceId }, page) => listEntries(database, workspaceId, page),
    read: ({ workspaceId }, { key }) => readEntry(database, workspaceId, key),
    update: ({ workspaceId, member }, change) =>
      changeEntry(database, { ...change, workspaceId, memberId: member.id }),
    async put(workspaceId, entry) {
      const key = await putEntry(database, workspaceId, storableEntry(entry))
      await publishChange(workspaceId, key, { deleted: false })
    },
    async remove(workspaceId, key) {
      if (!canBeThere(workspaceId, key)) return false
      const change = { key, operation: 'delete', value: null, expectedRevision: null } as const
      const update: MemoryUpdate = await changeEntry(database, {
        ...change,
        workspaceId,
        memberId: null,
        runId: null,
      })
      if (update.status === 'deleted') await publishChange(workspaceId, key, { deleted: true })
      return update.status === 'deleted'
    },
    history: (query) => listHistory(database, query),
  }
}

/** Gives the key that was written. */
async function putEntry(
  database: Database,
  workspaceId: string,
  entry: ReturnType<typeof storableEntry>,
): Promise<string> {
  const { schemaPrefix } = database
  const { key, text, title = null, description = null, mimeType = null } = entry
  assertFitsMemory(text)
  const change = { key, operation: 'replace', value: text, expectedRevision: null } as const
  await database.transaction(async (query) => {
    await changeEntry({ schemaPrefix, query }, { ...change, workspaceId, memberId: null, runId: null })
    await query(
      `update ${schemaPrefix}memory_entries set title = $3, description = $4, mime_type = $5 where workspace_id = $1 and key = $2`,
      [workspaceId, key, title, description, mimeType],
    )
  })
  return key
}

async function readEntry(
  { schemaPrefix, query }: Database,
  workspaceId: string,
  key: string,
): Promise<MemoryEntry | null> {
  if (!canBeThere(workspaceId, key)) return null
  const [row] = await query<Stored<MemoryEntry>>(
    `select json_strip_nulls(json_build_object(${INFO}, 'text', text))::text as row
     from ${schemaPrefix}memory_entries where workspace_id = $1 and key = $2`,
    [workspaceId, key],
  )
  return row === undefined ? null : { ...row, updatedAt: dateOf(row.updatedAt) }
}

async function listHistory(
  { schemaPrefix, query }: Database,
  { workspaceId, key, limit = 100 }: Parameters<PostgresMemory['history']>[0],
): Promise<readonly MemoryRevision[]> {
  assertListLimit(limit)
  if (!canBeThere(workspaceId, key)) return []
  const rows = await query<Stored<MemoryRevision>>(
    `select row_to_json(change)::text as row from (
       select key, revision::text as revision, operation, text, ${epochMs('changed_at')} as "changedAt", member_id as "memberId",
         run_id as "runId"
       from ${schemaPrefix}memory_history where workspace_id = $1 and key = $2
       order by memory_history.revision desc limit $3::int) change`,
    [workspaceId, key, limit],
  )
  return rows.map((row) => ({ ...row, changedAt: dateOf(row.changedAt) }))
}

/** Lists by key. The cursor is the last key of a page, so entries that are added or removed between two pages move no other. */
async function listEntries(
  { schemaPrefix, query }: Database,
  workspaceId: string,
  { cursor, limit }: MemoryPage,
): Promise<MemoryList> {
  if (!canBeThere(workspaceId, cursor)) return { entries: [], nextCursor: null }
  const rows = await query<Stored<MemoryEntryInfo>>(
    `select json_strip_nulls(json_build_object(${INFO}))::text as row from ${schemaPrefix}memory_entries
     where workspace_id = $1 and ($2::text is null or key > $2) order by key limit $3::int`,
    [workspaceId, cursor, limit + 1],
  )
  const entries = rows.slice(0, limit).map((row) => ({ ...row, updatedAt: dateOf(row.updatedAt) }))
  return { entries, nextCursor: rows.length > limit ? (entries.at(-1)?.key ?? null) : null }
}
