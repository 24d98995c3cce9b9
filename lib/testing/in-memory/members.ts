/** Members in memory, for tests and examples only. */

import { storableMember } from '../../adapter-kit/identity-text.js'
import {
  assertStorableIdentity,
  type IdentityQuery,
  type MemberIdentity,
} from '../../adapter-kit/member-identity.js'
import type { MembersAdapter } from '../../adapters/members.js'
import type { Member } from '../../adapters/principal.js'
import { snapshotOf } from './frozen-copy.js'
import { keyed } from './keyed.js'

/** Members in memory. `Extra`: the type of `extra` of a member, see `Member`. */
export interface InMemoryMembers<Extra = unknown> extends Required<MembersAdapter<Extra>> {
  /**
   * Adds a member, or replaces the one with this id, whose former email address then finds no member. Blanks around the address are
   * removed. Throws a TypeError for an id, address or role that stores cannot keep. In a name such characters are replaced. Readers get the same
   * `extra` object; the rest is copied and frozen.
   */
  add(member: Member<Extra>): void
  /**
   * Says that a person or client of an authorization server is this member. Throws a TypeError if there is no such member, or if the identity is
   * another member of the workspace: unlink it first.
   */
  link(identity: MemberIdentity): void
  /** Removes an identity. Gives whether it was there. */
  unlink(identity: IdentityQuery): boolean
  /** Activates or deactivates a member. Gives whether there is such a member. */
  setActive(workspaceId: string, memberId: string, active: boolean): boolean
}

/**
 * Makes members in memory, for tests and examples.
 *
 * @example
 * const members = createInMemoryMembers([{ id: 'mem_ada', workspaceId: 'ws_acme', email: 'ada@acme.test', active: true }])
 * members.setActive('ws_acme', 'mem_ada', false)
 */
export function createInMemoryMembers<Extra = unknown>(
  members: readonly Member<Extra>[] = [],
): InMemoryMembers<Extra> {
  const byId = new Map<string, () => Member<Extra>>()
  const idByEmail = new Map<string, string>()
  const emailKey = ({ workspaceId, email }: { readonly workspaceId: string; readonly email: string }) =>
    keyed(workspaceId, email.toLowerCase())
  const add = (given: Member<Extra>) => {
    const member = storableMember(given)
    const id = keyed(member.workspaceId, member.id)
    const before = byId.get(id)?.()
    if (before !== undefined && idByEmail.get(emailKey(before)) === id) idByEmail.delete(emailKey(before))
    byId.set(id, readerOf(member))
    idByEmail.set(emailKey(member), id)
  }
  for (const member of members) add(member)
  return {
    add,
    async findById({ workspaceId, memberId }) {
      return byId.get(keyed(workspaceId, memberId))?.() ?? null
    },
    async findByEmail(query) {
      return byId.get(idByEmail.get(emailKey(query)) ?? '')?.() ?? null
    },
    ...createIdentities((id) => byId.get(id)?.() ?? null),
    setActive(workspaceId, memberId, active) {
      const member = byId.get(keyed(workspaceId, memberId))?.()
      if (member === undefined) return false
      add({ ...member, active })
      return true
    },
  }
}

/** Reads the member as it was added, with the same `extra` object. */
function readerOf<Extra>({ extra, ...member }: Member<Extra>): () => Member<Extra> {
  const read = snapshotOf(member)
  return extra === undefined ? read : () => Object.freeze({ ...read(), extra })
}

/** The methods that concern identities at authorization servers. */
function createIdentities<Extra>(
  find: (id: string) => Member<Extra> | null,
): Pick<InMemoryMembers<Extra>, 'findBySubject' | 'link' | 'unlink'> {
  const identities = new Map<string, string>()
  const keyOf = ({ workspaceId, kind = 'user', issuer, subject }: IdentityQuery) =>
    keyed(workspaceId, kind, issuer, subject)
  return {
    async findBySubject({ workspaceId, issuer, subject, kind }) {
      return find(identities.get(keyOf({ workspaceId, issuer, subject, kind })) ?? '')
    },
    link(identity) {
      assertStorableIdentity(identity)
      const id = keyed(identity.workspaceId, identity.memberId)
      const before = identities.get(keyOf(identity))
      if (find(id) === null) throw new TypeError('there is no such member in this workspace')
      if (before !== undefined && before !== id)
        throw new TypeError('this identity is another member of the workspace; unlink it first')
      identities.set(keyOf(identity), id)
    },
    unlink: (identity) => identities.delete(keyOf(identity)),
  }
}
