/** The identities of members at authorization servers, in PostgreSQL. */

import {
  assertStorableIdentity,
  type IdentityQuery,
  identityDigest,
  type MemberIdentity,
} from '../adapter-kit/member-identity.js'
import type { Member, OAuthSubject } from '../adapters/principal.js'
import type { Database } from './database/database.js'
import { FOREIGN_KEY_VIOLATION, sqlState } from './database/failures.js'
import { canBeThere } from './database/fields.js'

/** The identities of members: persons and clients of authorization servers. */
export interface MemberIdentities {
  /** See `MembersAdapter`. Finds what `link` has stored. */
  findBySubject(query: { readonly workspaceId: string } & OAuthSubject): Promise<Member<never> | null>
  /**
   * Says that a person or client of an authorization server is this member. Rejects with a TypeError if there is no such member, or if the identity
   * is another member of the workspace: unlink it first.
   */
  link(identity: MemberIdentity): Promise<void>
  /** Removes an identity, from the next request on. Gives whether it was there. */
  unlink(identity: IdentityQuery): Promise<boolean>
}

/** Finds a member by a condition whose first parameter is the workspace. */
type Find = (where: string, values: readonly [string, string]) => Promise<Member<never> | null>

/** The methods of members that concern identities. */
export function createIdentities({ schemaPrefix, query }: Database, find: Find): MemberIdentities {
  const table = `${schemaPrefix}member_identities`
  return {
    async findBySubject({ workspaceId, issuer, subject, kind }) {
      if (!canBeThere(issuer, subject)) return null
      return find(
        `workspace_id = $1 and id = (select member_id from ${table} where workspace_id = $1 and digest = $2)`,
        [workspaceId, identityDigest({ issuer, subject, kind })],
      )
    },
    async link(identity) {
      assertStorableIdentity(identity)
      const { workspaceId, issuer, subject, memberId, kind = 'user' } = identity
      const linked = await query(
        `insert into ${table} as linked (workspace_id, digest, kind, issuer, subject, member_id)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (workspace_id, digest) do update set member_id = excluded.member_id
           where linked.member_id = excluded.member_id
         returning 'true' as row`,
        [workspaceId, identityDigest(identity), kind, issuer, subject, memberId],
      ).catch(explain)
      if (linked.length === 0)
        throw new TypeError('this identity is another member of the workspace; unlink it first')
    },
    async unlink(identity) {
      const { workspaceId, issuer, subject } = identity
      if (!canBeThere(workspaceId, issuer, subject)) return false
      const gone = await query(
        `delete from ${table} where workspace_id = $1 and digest = $2 returning 'true' as row`,
        [workspaceId, identityDigest(identity)],
      )
      return gone.length > 0
    },
  }
}

function explain(cause: unknown): never {
  throw sqlState(cause) === FOREIGN_KEY_VIOLATION
    ? new TypeError('there is no such member in this workspace', { cause })
    : cause
}
