/** Contracts of the adapters that say who is calling: api keys, members, features. */

import assert from 'node:assert/strict'
import type { ApiKeysAdapter } from '../adapters/api-keys.js'
import type { FeaturesAdapter } from '../adapters/features.js'
import type { MembersAdapter } from '../adapters/members.js'
import type { Member } from '../adapters/principal.js'
import { type ContractRunner, caseOf, uniqueId } from './contract-runner.js'
import type { StoredApiKey } from './in-memory-api-keys.js'

export interface ApiKeysHarness {
  readonly adapter: ApiKeysAdapter
  add(key: StoredApiKey): Promise<void>
  revoke(id: string, at: Date): Promise<void>
  close?(): Promise<void>
}

export function apiKeysContract(
  { describe, it }: ContractRunner,
  create: () => Promise<ApiKeysHarness>,
): void {
  const sample = (): StoredApiKey => ({
    id: uniqueId('key'),
    workspaceId: uniqueId('ws'),
    name: 'contract',
    scopes: ['memory:read'],
    members: ['mem_1'],
    createdAt: new Date('2026-01-01T00:00:00Z'),
    expiresAt: null,
    revokedAt: null,
    digest: (uniqueId('').replace(/[^0-9a-f]/g, '') + 'a'.repeat(64)).slice(0, 64),
  })
  describe('api keys contract', () => {
    it(
      'finds a key by its exact digest, whole',
      caseOf(create, async ({ adapter, add }) => {
        const key = sample()
        await add(key)
        const { digest: _, ...expected } = key
        const found = await adapter.findByDigest({ digest: key.digest })
        assert.ok(found !== null)
        const { digest: __, ...actual } = found
        assert.deepEqual(actual, expected)
      }),
    )
    it(
      'gives null for an unknown digest and for one that differs in case or length',
      caseOf(create, async ({ adapter, add }) => {
        const key = sample()
        await add(key)
        for (const digest of [
          'f'.repeat(64),
          key.digest.toUpperCase().replace(/^./, 'A'),
          key.digest.slice(0, 63),
          `${key.digest}0`,
          '',
          '%',
        ]) {
          if (digest !== key.digest) assert.equal(await adapter.findByDigest({ digest }), null)
        }
      }),
    )
    it(
      'gives expired keys, and the revocation of a key with the very next look-up',
      caseOf(create, async ({ adapter, add, revoke }) => {
        const key = { ...sample(), expiresAt: new Date('2026-01-02T00:00:00Z') }
        await add(key)
        assert.deepEqual((await adapter.findByDigest({ digest: key.digest }))?.expiresAt, key.expiresAt)
        const at = new Date('2026-01-03T00:00:00Z')
        await revoke(key.id, at)
        assert.deepEqual((await adapter.findByDigest({ digest: key.digest }))?.revokedAt, at)
      }),
    )
  })
}

export interface MembersHarness {
  readonly adapter: MembersAdapter
  add(member: Member): Promise<void>
  close?(): Promise<void>
}

export function membersContract(
  { describe, it }: ContractRunner,
  create: () => Promise<MembersHarness>,
): void {
  const sample = (workspaceId = uniqueId('ws')): Member => {
    const id = uniqueId('mem')
    return { id, workspaceId, email: `${id}@contract.test`, active: true, name: 'Contract', roles: ['admin'] }
  }
  describe('members contract', () => {
    it(
      'finds a member by id and by email, whatever the case of the email',
      caseOf(create, async ({ adapter, add }) => {
        const member = sample()
        const { workspaceId } = member
        await add(member)
        assert.deepEqual(await adapter.findById({ workspaceId, memberId: member.id }), member)
        assert.deepEqual(await adapter.findByEmail({ workspaceId, email: member.email }), member)
        assert.deepEqual(
          await adapter.findByEmail({ workspaceId, email: member.email.toUpperCase() }),
          member,
        )
      }),
    )
    it(
      'finds nobody of another workspace, and nobody by a part of a name',
      caseOf(create, async ({ adapter, add }) => {
        const member = sample()
        await add(member)
        const other = uniqueId('ws')
        assert.equal(await adapter.findById({ workspaceId: other, memberId: member.id }), null)
        assert.equal(await adapter.findByEmail({ workspaceId: other, email: member.email }), null)
        const { workspaceId } = member
        for (const memberId of [member.id.slice(0, -1), `${member.id}x`, '%', '']) {
          assert.equal(await adapter.findById({ workspaceId, memberId }), null)
        }
        for (const email of [member.email.slice(1), `%${member.email}`, '_', '']) {
          assert.equal(await adapter.findByEmail({ workspaceId, email }), null)
        }
      }),
    )
    it(
      'gives inactive members as inactive',
      caseOf(create, async ({ adapter, add }) => {
        const member = { ...sample(), active: false }
        await add(member)
        assert.equal(
          (await adapter.findById({ workspaceId: member.workspaceId, memberId: member.id }))?.active,
          false,
        )
      }),
    )
  })
}

export interface FeaturesHarness {
  readonly adapter: FeaturesAdapter
  set(flag: string, workspaceId: string, on: boolean): Promise<void>
  close?(): Promise<void>
}

export function featuresContract(
  { describe, it }: ContractRunner,
  create: () => Promise<FeaturesHarness>,
): void {
  describe('features contract', () => {
    it(
      'answers for each flag and workspace as it is now',
      caseOf(create, async ({ adapter, set }) => {
        const [flag, on, off] = [uniqueId('flag'), uniqueId('ws'), uniqueId('ws')]
        await set(flag, on, true)
        await set(flag, off, false)
        assert.equal(await adapter.isEnabled({ flag, workspaceId: on }), true)
        assert.equal(await adapter.isEnabled({ flag, workspaceId: off }), false)
        await set(flag, on, false)
        assert.equal(await adapter.isEnabled({ flag, workspaceId: on }), false)
      }),
    )
  })
}
