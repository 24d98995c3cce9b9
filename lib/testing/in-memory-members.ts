/** Members in memory. For tests and examples only. */

import type { MembersAdapter } from '../adapters/members.js'
import type { Member } from '../adapters/principal.js'
import { keyed } from './keyed.js'

export interface InMemoryMembers extends MembersAdapter {
  add(member: Member): void
  /** Gives whether there was such a member. */
  setActive(workspaceId: string, memberId: string, active: boolean): boolean
}

export function createInMemoryMembers(members: readonly Member[] = []): InMemoryMembers {
  const byId = new Map<string, Member>()
  const idByEmail = new Map<string, string>()
  const add = (member: Member) => {
    byId.set(keyed(member.workspaceId, member.id), Object.freeze({ ...member }))
    idByEmail.set(keyed(member.workspaceId, member.email.toLowerCase()), member.id)
  }
  for (const member of members) add(member)
  return {
    add,
    async findById({ workspaceId, memberId }) {
      return byId.get(keyed(workspaceId, memberId)) ?? null
    },
    async findByEmail({ workspaceId, email }) {
      const id = idByEmail.get(keyed(workspaceId, email.toLowerCase()))
      return id === undefined ? null : (byId.get(keyed(workspaceId, id)) ?? null)
    },
    setActive(workspaceId, memberId, active) {
      const member = byId.get(keyed(workspaceId, memberId))
      if (member === undefined) return false
      add({ ...member, active })
      return true
    },
  }
}
