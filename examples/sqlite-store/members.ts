/** Members. Every query names the workspace. */

import type { Member, MembersAdapter } from 'allv-mcp'
import { storableMember } from 'allv-mcp/adapter-kit'
import { changes, rowsOf, type Sqlite } from './sqlite.js'

export interface SqliteMembers extends MembersAdapter {
  /** Adds a member, or replaces the one with this id. */
  put(member: Member<never>): Promise<void>
}

export function createSqliteMembers(db: Sqlite): SqliteMembers {
  const find = (column: 'id' | 'email_lower', workspaceId: string, value: string): Member | null => {
    const sql = `select body as row from members where workspace_id = ? and ${column} = ?`
    return rowsOf<Member>(db, sql, workspaceId, value)[0] ?? null
  }
  return {
    findById: async ({ workspaceId, memberId }) => find('id', workspaceId, memberId),
    findByEmail: async ({ workspaceId, email }) => find('email_lower', workspaceId, email.toLowerCase()),
    async put(given) {
      const { extra: _, ...member } = storableMember(given)
      changes(
        db,
        `insert into members (workspace_id, id, email_lower, body) values (?, ?, ?, ?)
         on conflict (workspace_id, id) do update set email_lower = excluded.email_lower, body = excluded.body`,
        member.workspaceId,
        member.id,
        member.email.toLowerCase(),
        JSON.stringify(member),
      )
    },
  }
}
