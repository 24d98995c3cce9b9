/** API keys in memory. For tests and examples only: they are gone with the process, and no other node sees them. */

import type { ApiKeyRecord, ApiKeysAdapter } from '../adapters/api-keys.js'
import { keeperOf } from './frozen-copy.js'

export interface StoredApiKey extends ApiKeyRecord {
  /** SHA-256 of the key, 64 lower-case hex digits: see `digestApiKey`. */
  readonly digest: string
}

export interface InMemoryApiKeys extends ApiKeysAdapter {
  /** Adds a key, or replaces the one with this id: its former digest finds nothing any more. */
  add(key: StoredApiKey): void
  /** Gives whether there was such a key. `at` is now by default; a date to come is an overlap window. */
  revoke(id: string, at?: Date): boolean
  all(): readonly StoredApiKey[]
}

export function createInMemoryApiKeys(keys: readonly StoredApiKey[] = []): InMemoryApiKeys {
  const byDigest = new Map<string, () => StoredApiKey>()
  const digestById = new Map<string, string>()
  const add = (key: StoredApiKey) => {
    byDigest.delete(digestById.get(key.id) ?? '')
    byDigest.set(key.digest, keeperOf(key))
    digestById.set(key.id, key.digest)
  }
  for (const key of keys) add(key)
  return {
    add,
    async findByDigest({ digest }) {
      return byDigest.get(digest)?.() ?? null
    },
    revoke(id, at = new Date()) {
      const key = byDigest.get(digestById.get(id) ?? '')?.()
      if (key === undefined) return false
      add({ ...key, revokedAt: at })
      return true
    },
    all: () => [...byDigest.values()].map((read) => read()),
  }
}
