/** Workspace memory. Every member may read every entry of their workspace. */

import type { MemoryAdapter, MemoryChange, MemoryEntry, MemoryEntryInfo, MemoryUpdate } from 'allv-mcp'
import { assertStorableTexts, isTooLongForMemory, storableEntry } from 'allv-mcp/adapter-kit'
import { changes, dateOf, inTransaction, rowsOf, type Sqlite } from './sqlite.js'

type NewEntry = Omit<MemoryEntry, 'revision' | 'updatedAt'>

export interface SqliteMemory extends MemoryAdapter {
  update: NonNullable<MemoryAdapter['update']>
  /** Adds or replaces an entry, as the host. */
  put(workspaceId: string, entry: NewEntry): Promise<void>
}

export function createSqliteMemory(db: Sqlite): SqliteMemory {
  return {
    /** The cursor is the last key of the page before, so entries that are added meanwhile move no other. */
    async list({ workspaceId }, { cursor, limit }) {
      const sql = `select ${INFO} as row from memory where workspace_id = ? and key > ? order by key limit ?`
      const found = rowsOf<InfoRow>(db, sql, workspaceId, cursor ?? '', limit + 1).map(toInfo)
      const entries = found.slice(0, limit)
      return { entries, nextCursor: found.length > limit ? (entries.at(-1)?.key ?? null) : null }
    },
    read: async ({ workspaceId }, { key }) => findEntry(db, workspaceId, key),
    update: async ({ workspaceId }, change) => inTransaction(db, () => changeEntry(db, workspaceId, change)),
    put: async (workspaceId, entry) => void writeEntry(db, workspaceId, storableEntry(entry)),
  }
}

/** Reads and writes in one transaction: of two changes that expect the same revision, the second sees the first. */
function changeEntry(db: Sqlite, workspaceId: string, change: MemoryChange): MemoryUpdate {
  const { key, operation, value, expectedRevision } = change
  assertStorableTexts({ 'the memory key': key, 'the memory text': value })
  const present = findEntry(db, workspaceId, key)
  const revision = present?.revision ?? null
  if (expectedRevision !== null && expectedRevision !== revision) return { status: 'conflict', revision }
  if (operation === 'delete') {
    const gone = changes(db, 'delete from memory where workspace_id = ? and key = ?', workspaceId, key)
    return { status: gone ? 'deleted' : 'not_found' }
  }
  const text = `${operation === 'append' ? (present?.text ?? '') : ''}${value ?? ''}`
  if (isTooLongForMemory(text)) return { status: 'too_large' }
  const written = writeEntry(db, workspaceId, { ...present, key, text })
  return { status: 'updated', revision: written, created: present === null }
}

function writeEntry(
  db: Sqlite,
  workspaceId: string,
  { key, text, title, description, mimeType }: NewEntry,
): string {
  const revision = crypto.randomUUID()
  changes(
    db,
    `insert into memory (workspace_id, key, text, body, revision, updated_at) values (?, ?, ?, ?, ?, ?)
     on conflict (workspace_id, key) do update set text = excluded.text, body = excluded.body,
       revision = excluded.revision, updated_at = excluded.updated_at`,
    workspaceId,
    key,
    text,
    JSON.stringify({ title, description, mimeType }),
    revision,
    Date.now(),
  )
  return revision
}

interface InfoRow {
  readonly key: string
  readonly body: string
  readonly revision: string
  readonly updatedAt: number
}

const FIELDS = `'key', key, 'body', body, 'revision', revision, 'updatedAt', updated_at`
const INFO = `json_object(${FIELDS})`

function toInfo({ key, body, revision, updatedAt }: InfoRow): MemoryEntryInfo {
  return { key, ...JSON.parse(body), revision, updatedAt: dateOf(updatedAt) }
}

function findEntry(db: Sqlite, workspaceId: string, key: string): MemoryEntry | null {
  const sql = `select json_object(${FIELDS}, 'text', text) as row from memory where workspace_id = ? and key = ?`
  const [row] = rowsOf<InfoRow & { readonly text: string }>(db, sql, workspaceId, key)
  return row === undefined ? null : { ...toInfo(row), text: row.text }
}
