/** The contract suite of the members adapter: exact ids, of this workspace; email addresses in any case. */

import assert from 'node:assert/strict'
import type { MembersAdapter } from '../../adapters/members.js'
import type { Member } from '../../adapters/principal.js'
import { defineContract, type Harness, uniqueId } from '../harness/runner.js'

/** What `membersContract` needs: a members adapter, and a way to add a member. */
export interface MembersHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: MembersAdapter
  /** Stores the member, which has no `extra`. What the adapter adds is not compared. */
  add(member: Member<never>): Promise<void>
}

/**
 * Runs the contract suite of the members adapter. `create` gives a new harness for each case.
 *
 * @example
 * membersContract({ describe, it }, async () => {
 *   const adapter = createInMemoryMembers()
 *   return { adapter, add: async (member) => adapter.add(member) }
 * })
 */
export const membersContract = defineContract<MembersHarness>('members contract', {
  'finds a member by id and by email, whatever the case of the email': async ({ adapter, add }) => {
    const lower = sample()
    const mixed = sample({ email: `Ada.${uniqueId('X')}@Contract.Test` })
    for (const member of [lower, mixed]) {
      const { workspaceId, id, email } = member
      await add(member)
      assert.deepEqual(withoutExtra(await adapter.findById({ workspaceId, memberId: id })), member)
      for (const written of [email, email.toUpperCase(), email.toLowerCase()])
        assert.deepEqual(withoutExtra(await adapter.findByEmail({ workspaceId, email: written })), member)
    }
  },
  'finds no member of another workspace, and none by a part of a name': async ({ adapter, add }) => {
    const member = sample()
    const { workspaceId, id, email } = member
    await add(member)
    const other = uniqueId('ws')
    assert.equal(await adapter.findById({ workspaceId: other, memberId: id }), null)
    assert.equal(await adapter.findByEmail({ workspaceId: other, email }), null)
    for (const memberId of [id.slice(0, -1), `${id}x`, email, '%', '', `${id}\0`, '\ud800'])
      assert.equal(await adapter.findById({ workspaceId, memberId }), null)
    for (const part of [
      email.slice(1),
      `%${email}`,
      ` ${email}`,
      email.replace('@', '_'),
      id,
      '_',
      '',
      `${email}\0`,
      '\ud800',
    ])
      assert.equal(await adapter.findByEmail({ workspaceId, email: part }), null)
  },
  'separates members with the same email address in two workspaces': async ({ adapter, add }) => {
    const email = `${uniqueId('both')}@contract.test`
    const members = [sample({ email }), sample({ email })]
    for (const member of members) await add(member)
    for (const member of members)
      assert.deepEqual(
        withoutExtra(await adapter.findByEmail({ workspaceId: member.workspaceId, email })),
        member,
      )
  },
  'gives inactive members as inactive': async ({ adapter, add }) => {
    const member = sample({ active: false })
    const { workspaceId, id, email } = member
    await add(member)
    assert.equal((await adapter.findById({ workspaceId, memberId: id }))?.active, false)
    assert.equal((await adapter.findByEmail({ workspaceId, email }))?.active, false)
  },
})

function sample(over: Partial<Member<never>> = {}): Member<never> {
  const id = uniqueId('mem')
  return {
    id,
    workspaceId: uniqueId('ws'),
    email: `${id}@contract.test`,
    active: true,
    name: 'Contract',
    roles: ['admin'],
    ...over,
  }
}

function withoutExtra(member: Member | null): Member | null {
  if (member === null) return null
  const { extra: _, ...rest } = member
  return rest
}
