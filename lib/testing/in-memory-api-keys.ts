/** API keys in memory. For tests and examples only: they are gone with the process, and no other node sees them. */

import type { ApiKeyRecord, ApiKeysAdapter } from '../adapters/api-keys.js'

export interface StoredApiKey extends ApiKeyRecord {
  readonly digest: string
}

export interface InMemoryApiKeys extends ApiKeysAdapter {
  add(key: StoredApiKey): void
  /** Gives whether there was such a key. */
  revoke(id: string, at?: Date): boolean
  all(): readonly StoredApiKey[]
}

export function createInMemoryApiKeys(keys: readonly StoredApiKey[] = []): InMemoryApiKeys {
  const byDigest = new Map<string, StoredApiKey>()
  const digestById = new Map<string, string>()
  const add = (key: StoredApiKey) => {
    byDigest.set(key.digest, Object.freeze({ ...key }))
    digestById.set(key.id, key.digest)
  }
  for (const key of keys) add(key)
  return {
    add,
    async findByDigest({ digest }) {
      return byDigest.get(digest) ?? null
    },
    revoke(id, at = new Date()) {
      const key = byDigest.get(digestById.get(id) ?? '')
      if (key === undefined) return false
      add({ ...key, revokedAt: at })
      return true
    },
    all: () => [...byDigest.values()],
  }
}
