/** API keys in memory. For tests and examples only: they are gone with the process, and no other node sees them. */

import { storableKey } from '../../adapter-kit/identity-text.js'
import type { ApiKeyRecord, ApiKeysAdapter } from '../../adapters/api-keys.js'
import { snapshotOf } from './frozen-copy.js'
import type { Clock } from './keyed.js'

/** A key as a store keeps it: by its digest. */
export interface StoredApiKey extends Omit<ApiKeyRecord, 'valid'> {
  /** SHA-256 of the key, 64 lower-case hex digits: see `digestApiKey`. */
  readonly digest: string
}

/** API keys in memory. */
export interface InMemoryApiKeys extends ApiKeysAdapter {
  /**
   * Adds a key, or replaces the one with this id: its former digest finds nothing any more. Throws a TypeError for an id, a grant or a time
   * that no store can keep; a name is cleaned.
   */
  add(key: StoredApiKey): void
  /** Gives whether there was such a key. `at` is now by default; a date to come is an overlap window. */
  revoke(id: string, at?: Date): boolean
  /** Every key. */
  all(): readonly StoredApiKey[]
}

export interface InMemoryApiKeysOptions {
  /** Decides which keys are good, and when `revoke` is. Default: the real time, which is the library's own clock too. */
  readonly clock?: Clock
}

/** API keys in memory, for tests and examples. Throws a TypeError for a key that no store can keep. */
export function createInMemoryApiKeys(
  keys: readonly StoredApiKey[] = [],
  { clock }: InMemoryApiKeysOptions = {},
): InMemoryApiKeys {
  const byDigest = new Map<string, () => StoredApiKey>()
  const digestById = new Map<string, string>()
  const add = (given: StoredApiKey) => {
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
      return key === null || clock === undefined ? key : judged(key, clock())
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

/** A key without an end is good by any clock. */
function judged(key: StoredApiKey, now: Date): ApiKeyRecord {
  const { expiresAt, revokedAt } = key
  if (expiresAt === null && revokedAt === null) return key
  const over = [expiresAt, revokedAt].some((end) => end !== null && end <= now)
  return { ...key, valid: !over }
}
