/** The contract suite of the API keys adapter: it finds a key by its exact digest, and gives it as it is now. */

import assert from 'node:assert/strict'
import type { ApiKeyRecord, ApiKeysAdapter } from '../../adapters/api-keys.js'
import { defineContract, type Harness, uniqueId } from '../harness/runner.js'
import type { StoredApiKey } from '../in-memory/api-keys.js'

/** A key that the suite stores, with everything that a store may keep. */
type ContractKey = StoredApiKey & Required<Pick<StoredApiKey, 'name' | 'createdAt'>>

/** What `apiKeysContract` needs: an API keys adapter, and ways to add and to revoke a key. */
export interface ApiKeysHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: ApiKeysAdapter
  /** Stores the key. A store without a place for `name` or `createdAt` leaves them out. */
  add(key: ContractKey): Promise<void>
  /** Revokes a key at a time, which may be in the future. */
  revoke(id: string, at: Date): Promise<void>
}

/**
 * Runs the contract suite of the API keys adapter. `create` gives a new harness for each case.
 *
 * @example
 * apiKeysContract({ describe, it }, async () => {
 *   const adapter = createInMemoryApiKeys()
 *   return { adapter, add: async (key) => adapter.add(key), revoke: async (id, at) => void adapter.revoke(id, at) }
 * })
 */
export const apiKeysContract = defineContract<ApiKeysHarness>('api keys contract', {
  'finds a key by its exact digest, with all members': async ({ adapter, add }) => {
    for (const key of [sample(), sample({ members: 'any', scopes: [], expiresAt: new Date('2030-01-01') })]) {
      await add(key)
      assert.deepEqual(factsOf(await adapter.findByDigest(key)), factsOf(key))
    }
  },
  'gives null for an unknown digest and for one that differs in case or length': async ({ adapter, add }) => {
    const key = sample()
    await add(key)
    const others = [
      'f'.repeat(64),
      key.digest.toUpperCase(),
      key.digest.slice(0, 63),
      `${key.digest}0`,
      ` ${key.digest}`,
      '',
      '%',
    ]
    for (const digest of others) assert.equal(await adapter.findByDigest({ digest }), null)
  },
  'gives keys that are expired or revoked, with their times or with valid': async ({ adapter, add }) => {
    const past = new Date('2026-01-02T00:00:00Z')
    const future = new Date('2100-01-01T00:00:00Z')
    const ends = { good: [null, future], over: [past] } as const
    for (const [state, dates] of Object.entries(ends)) {
      for (const at of dates) {
        for (const key of [sample({ expiresAt: at }), sample({ revokedAt: at })]) {
          await add(key)
          const found = await adapter.findByDigest(key)
          assert.deepEqual(factsOf(found), factsOf(key))
          // Without `valid`, the library decides by its own clock.
          assert.ok(found?.valid === undefined || found.valid === (state === 'good'), `${state}: valid`)
        }
      }
    }
  },
  'gives the revocation of a key with the very next look-up': async ({ adapter, add, revoke }) => {
    const [key, other] = [sample(), sample()]
    for (const added of [key, other]) await add(added)
    for (const at of ['2026-01-03T00:00:00Z', '2100-01-01T00:00:00Z']) {
      assert.ok((await adapter.findByDigest(key)) !== null)
      await revoke(key.id, new Date(at))
      assert.deepEqual((await adapter.findByDigest(key))?.revokedAt, new Date(at))
    }
    assert.equal((await adapter.findByDigest(other))?.revokedAt, null)
  },
})

function sample(over: Partial<ContractKey> = {}): ContractKey {
  return {
    id: uniqueId('key'),
    workspaceId: uniqueId('ws'),
    name: 'contract',
    scopes: ['memory:read', 'memory:write'],
    members: ['mem_1', 'mem_2'],
    createdAt: new Date('2026-01-01T00:00:00.123Z'),
    expiresAt: null,
    revokedAt: null,
    // It begins with a letter, so that its upper case is another digest.
    digest: `a${(crypto.randomUUID() + crypto.randomUUID()).replaceAll('-', '').slice(1)}`,
    ...over,
  }
}

/**
 * The members of a key that the library reads. An adapter may also give the digest, `valid` by its own clock, and what the host keeps for
 * people.
 */
function factsOf(key: ApiKeyRecord | null): Omit<ApiKeyRecord, 'digest' | 'valid' | 'name' | 'createdAt'> {
  assert.ok(key !== null)
  const { id, workspaceId, scopes, members, expiresAt, revokedAt } = key
  return { id, workspaceId, scopes, members, expiresAt, revokedAt }
}
