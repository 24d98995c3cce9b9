/** The contract suite of the members adapter: exact ids, of this workspace; email addresses in any case. */

import assert from 'node:assert/strict'
import type { IdentityQuery, MemberIdentity } from '../../adapter-kit/member-identity.js'
import type { MembersAdapter } from '../../adapters/members.js'
import type { Member, OAuthSubject } from '../../adapters/principal.js'
import { defineContract, type Harness, needing, uniqueId } from '../harness/runner.js'

/** What `membersContract` needs: a members adapter, and a way to add a member. */
export interface MembersHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: MembersAdapter
  /** Stores the member, which has no `extra`. What the adapter adds is not compared. */
  add(member: Member<never>): Promise<void>
  /** Makes an identity of an authorization server this member. Needed by the cases about `findBySubject`. */
  readonly link?: (identity: MemberIdentity) => Promise<void>
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
export const membersContract = defineContract<MembersHarness, 'findBySubject'>('members contract', {
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
  'finds a member by exactly its issuer and subject': needing('findBySubject', subjects, async (_, world) => {
    const [member, other] = [sample(), sample()]
    const identity = identityOf(member)
    await world.add(member, identity)
    await world.add(other, { ...identityOf(other), issuer: identity.issuer, subject: identity.subject })
    for (const each of [member, other])
      assert.deepEqual(withoutExtra(await world.find({ ...identity, workspaceId: each.workspaceId })), each)
    const { issuer, subject } = identity
    for (const wrong of [
      { workspaceId: uniqueId('ws') },
      { issuer: `${issuer}/` },
      { issuer: issuer.toUpperCase() },
      { issuer: '' },
      { subject: subject.toUpperCase() },
      { subject: `${subject} ` },
      { subject: subject.slice(0, -1) },
      { subject: '%' },
      { subject: '' },
      { subject: `${subject}\0` },
      { subject: '\ud800' },
      { issuer: subject, subject: issuer },
      { subject: member.id },
      { subject: member.email },
    ])
      assert.equal(await world.find({ ...identity, ...wrong }), null)
  }),
  'finds no member by an email address in the claims': needing(
    'findBySubject',
    subjects,
    async (_, world) => {
      const member = sample()
      const identity = identityOf(member)
      await world.add(member, identity)
      const claims = { email: member.email, email_verified: true, sub: identity.subject }
      assert.equal(await world.find({ ...identity, subject: uniqueId('sub'), claims }), null)
    },
  ),
  'tells a client from a person of the same name': needing('findBySubject', subjects, async (_, world) => {
    const [person, service] = [sample(), sample()]
    const identity = identityOf(person)
    await world.add(person, identity)
    assert.equal(await world.find({ ...identity, kind: 'client' }), null)
    const ofService = { ...identity, memberId: service.id, kind: 'client' } as const
    await world.add({ ...service, workspaceId: person.workspaceId }, ofService)
    assert.equal((await world.find({ ...identity, kind: 'client' }))?.id, service.id)
    assert.equal((await world.find(identity))?.id, person.id)
  }),
  'gives an inactive member of a subject as inactive': needing(
    'findBySubject',
    subjects,
    async (_, world) => {
      const member = sample({ active: false })
      const identity = identityOf(member)
      await world.add(member, identity)
      assert.equal((await world.find(identity))?.active, false)
    },
  ),
})

/** What the cases about subjects use; `undefined` if the adapter or its harness lacks a part. */
function subjects({ adapter, add, link }: MembersHarness) {
  if (adapter.findBySubject === undefined || link === undefined) return undefined
  return {
    async add(member: Member<never>, identity: MemberIdentity) {
      await add(member)
      await link(identity)
    },
    find: async ({
      claims = {},
      ...identity
    }: IdentityQuery & { readonly claims?: OAuthSubject['claims'] }) =>
      (await adapter.findBySubject?.({ kind: 'user', clientId: 'client_contract', claims, ...identity })) ??
      null,
  }
}

function identityOf({ workspaceId, id: memberId }: Member<never>): MemberIdentity {
  return { workspaceId, memberId, issuer: 'https://id.contract.test', subject: uniqueId('Sub') }
}

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
