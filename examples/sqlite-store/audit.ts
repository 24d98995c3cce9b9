/** The audit log: events are added and never changed. */

import type { AuditAdapter, AuditEvent } from 'allv-mcp'
import { storableJson } from 'allv-mcp/adapter-kit'
import { changes, inTransaction, rowsOf, type Sqlite } from './sqlite.js'

export interface SqliteAudit extends AuditAdapter {
  /** The events of a workspace, oldest first. `null`: events without a workspace. */
  list(workspaceId: string | null): Promise<readonly AuditEvent[]>
}

export function createSqliteAudit(db: Sqlite): SqliteAudit {
  return {
    append: async (events) => inTransaction(db, () => insertEvents(db, events)),
    async list(workspaceId) {
      const sql = 'select body as row from audit where workspace_id is ? order by seq'
      const events = rowsOf<AuditEvent>(db, sql, workspaceId)
      return events.map((event) => ({ ...event, at: new Date(event.at) }))
    },
  }
}

/** Must be called in a transaction. An event whose id is there already is not stored again. */
export function insertEvents(db: Sqlite, events: readonly AuditEvent[]): void {
  for (const event of events) {
    const stored = storableJson(event)
    changes(
      db,
      'insert into audit (id, workspace_id, body) values (?, ?, ?) on conflict (id) do nothing',
      stored.id,
      stored.workspaceId,
      JSON.stringify(stored),
    )
  }
}
