/** Members in PostgreSQL, for hosts without a user table of their own. */

import { storableMember } from '../adapter-kit/identity-text.js'
import type { MembersAdapter } from '../adapters/members.js'
import type { Member } from '../adapters/principal.js'
import type { Database, Value } from './database/database.js'
import { sqlState, UNIQUE_VIOLATION } from './database/failures.js'
import { canBeThere } from './database/fields.js'
import { createIdentities, type MemberIdentities } from './member-identities.js'

/**
 * Members in PostgreSQL. They have no `extra`: a host that needs one wraps this adapter with its own, which adds it.
 *
 * @example
 * await stores.members.put({ id: 'mem_ada', workspaceId: 'ws_acme', email: 'ada@acme.test', active: true })
 */
export interface PostgresMembers extends Omit<MembersAdapter<never>, 'findBySubject'>, MemberIdentities {
  /**
   * Adds a member, or replaces the one with this id. Blanks around the email address are removed, as they are around header values. Rejects
   * with a TypeError for an address that another member of the workspace has, for an id, address or role with a NUL or a lone surrogate, and for
   * an `extra`. At most 200 characters of a name are kept, with U+FFFD for control and bidi characters.
   */
  put(member: Member<never>): Promise<void>
  /** Activates or deactivates a member, from the next request on. Gives whether there is such a member. */
  setActive(query: {
    readonly workspaceId: string
    readonly memberId: string
    readonly active: boolean
  }): Promise<boolean>
}

export function createPostgresMembers(database: Database): PostgresMembers {
  const { schemaPrefix, query } = database
  const find = async (where: string, values: readonly [string, string]) => {
    if (!canBeThere(...values)) return null
    const [row] = await query<MemberRow>(
      `select row_to_json(member)::text as row from (
         select id, workspace_id as "workspaceId", email, active, name, roles from ${schemaPrefix}members where ${where}) member`,
      values,
    )
    return row === undefined ? null : toMember(row)
  }
  return {
    findById: ({ workspaceId, memberId }) => find('workspace_id = $1 and id = $2', [workspaceId, memberId]),
    findByEmail: ({ workspaceId, email }) =>
      find('workspace_id = $1 and email_key = $2', [workspaceId, email.toLowerCase()]),
    ...createIdentities(database, find),
    async put(member) {
      const { id, workspaceId, email, active, name, roles } = withoutExtra(storableMember(member))
      const json = roles === undefined ? null : JSON.stringify(roles)
      const values: Value[] = [workspaceId, id, email, email.toLowerCase(), active, name ?? null, json]
      await query(
        `insert into ${schemaPrefix}members (workspace_id, id, email, email_key, active, name, roles)
         values ($1, $2, $3, $4, $5::boolean, $6, $7::text::json)
         on conflict (workspace_id, id) do update set email = excluded.email, email_key = excluded.email_key,
           active = excluded.active, name = excluded.name, roles = excluded.roles`,
        values,
      ).catch(explain)
    },
    async setActive({ workspaceId, memberId, active }) {
      if (!canBeThere(workspaceId, memberId)) return false
      const changed = await query(
        `update ${schemaPrefix}members set active = $3::boolean where workspace_id = $1 and id = $2 returning 'true' as row`,
        [workspaceId, memberId, active],
      )
      return changed.length > 0
    },
  }
}

/** An `extra` that is silently dropped would be missing in the host's tools, so it is refused. */
function withoutExtra(member: Member): Member {
  if (member.extra === undefined) return member
  throw new TypeError(
    'members.put cannot store extra: leave it out, and add it in a members adapter of your own around this one',
  )
}

interface MemberRow extends Omit<Member<never>, 'name' | 'roles'> {
  readonly name: string | null
  readonly roles: readonly string[] | null
}

/** Removes nulls here and not in SQL: PostgreSQL cannot read members of JSON with a NUL, which rows of older versions may contain. */
function toMember({ name, roles, ...member }: MemberRow): Member<never> {
  return { ...member, ...(name === null ? {} : { name }), ...(roles === null ? {} : { roles }) }
}

function explain(cause: unknown): never {
  if (sqlState(cause) === UNIQUE_VIOLATION)
    throw new TypeError('another member of this workspace has this email address', { cause })
  throw cause
}
