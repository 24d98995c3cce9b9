/** API keys in memory, for tests and examples only: they end with the process, and other nodes do not see them. */

import { assertFilled } from '../../adapter-kit/identity-shape.js'
import { storableKey } from '../../adapter-kit/identity-text.js'
import type { ApiKeyRecord, ApiKeysAdapter } from '../../adapters/api-keys.js'
import { snapshotOf } from './frozen-copy.js'
import type { Clock } from './keyed.js'

/** A key as a store keeps it, with its digest. */
export interface StoredApiKey extends Omit<ApiKeyRecord, 'valid'> {
  /** SHA-256 of the key, 64 lower-case hex digits: see `digestApiKey`. */
  readonly digest: string
}

/** API keys in memory. */
export interface InMemoryApiKeys extends ApiKeysAdapter {
  /**
   * Adds a key, or replaces the one with this id, whose former digest then finds nothing. Throws a TypeError for an id, a grant or a time
   * that stores cannot keep. In a name such characters are replaced.
   */
  add(key: StoredApiKey): void
  /** Revokes a key at `at`, which may be in the future. Default: now. Gives whether there was such a key. */
  revoke(id: string, at?: Date): boolean
  /** Gives every key. */
  all(): readonly StoredApiKey[]
}

/** Options of `createInMemoryApiKeys`. */
export interface InMemoryApiKeysOptions {
  /** Decides whether a key is valid, and gives the time of `revoke`. Default: the real time, and the library decides whether a key is valid. */
  readonly clock?: Clock
}

/**
 * Makes API keys in memory, for tests and examples. Throws a TypeError for a key that stores cannot keep.
 *
 * @example
 * const apiKeys = createInMemoryApiKeys()
 * apiKeys.add({
 *   id: 'key_1', workspaceId: 'ws_acme', scopes: ['*'], members: 'any', expiresAt: null, revokedAt: null, digest: digestApiKey('sk_test_only'),
 * })
 * apiKeys.revoke('key_1')
 */
export function createInMemoryApiKeys(
  keys: readonly StoredApiKey[] = [],
  { clock }: InMemoryApiKeysOptions = {},
): InMemoryApiKeys {
  const byDigest = new Map<string, () => StoredApiKey>()
  const digestById = new Map<string, string>()
  const add = (given: StoredApiKey) => {
    assertComplete(given)
    const key = storableKey(given)
    byDigest.delete(digestById.get(key.id) ?? '')
    byDigest.set(key.digest, snapshotOf(key))
    digestById.set(key.id, key.digest)
  }
  for (const key of keys) add(key)
  return {
    add,
    async findByDigest({ digest }) {
      const key = byDigest.get(digest)?.() ?? null
      return key === null || clock === undefined ? key : withValid(key, clock())
    },
    revoke(id, at = clock?.() ?? new Date()) {
      const key = byDigest.get(digestById.get(id) ?? '')?.()
      if (key === undefined) return false
      add({ ...key, revokedAt: at })
      return true
    },
    all: () => [...byDigest.values()].map((read) => read()),
  }
}

/** Throws a TypeError if a key lacks what the library needs to know of it. */
function assertComplete(key: StoredApiKey): void {
  assertFilled(key, 'a key', ['id'])
  for (const name of ['expiresAt', 'revokedAt'] as const)
    if (key[name] === undefined)
      throw new TypeError(`the key ${key.id} needs ${name}: a Date, or null if it does not end`)
  if (!/^[0-9a-f]{64}$/.test(key.digest))
    throw new TypeError(
      `digest of the key ${key.id} must be 64 lower-case hex digits; digestApiKey(key) makes it`,
    )
}

/** Sets `valid`. A key without an end is valid by any clock. */
function withValid(key: StoredApiKey, now: Date): ApiKeyRecord {
  const { expiresAt, revokedAt } = key
  if (expiresAt === null && revokedAt === null) return key
  const over = [expiresAt, revokedAt].some((end) => end !== null && end <= now)
  return { ...key, valid: !over }
}
