/** The credential of one sequence: the host vouches, or there is an API key whose expiry the store decides by its own clock. */

import type { Presented } from '../../lib/control-plane/request/stages.js'
import { createInMemoryApiKeys, type InMemoryApiKeys } from '../../lib/testing/in-memory/api-keys.js'

const DIGEST = 'ab'.repeat(32)
const HOST: Presented = { kind: 'host', via: 'histories', scopes: ['*'] }
const KEY: Presented = { kind: 'api-key', digest: DIGEST }

export interface Credentials {
  readonly presented: Presented
  readonly keys: InMemoryApiKeys
  /** Whether the key has expired by the store's clock. */
  isOver(): boolean
  /** Whether it is, or was before it was renewed. */
  everOver(): boolean
  /** Extends the key beyond the end of any sequence. */
  renew(): void
}

/** `lastsMs`: how long the key is good from now; `null` where the host vouches. */
export function createCredentials(now: () => number, lastsMs: number | null): Credentials {
  const keys = createInMemoryApiKeys([], { clock: () => new Date(now()) })
  let wasOver = false
  let ends = Number.POSITIVE_INFINITY
  const last = (ms: number) => {
    ends = now() + ms
    keys.add({
      id: 'key_a',
      digest: DIGEST,
      name: 'Key',
      workspaceId: 'ws_acme',
      scopes: ['*'],
      members: 'any',
      createdAt: new Date(now()),
      expiresAt: new Date(ends),
      revokedAt: null,
    })
  }
  if (lastsMs !== null) last(lastsMs)
  return {
    presented: lastsMs === null ? HOST : KEY,
    keys,
    isOver: () => now() >= ends,
    everOver: () => wasOver || now() >= ends,
    renew() {
      wasOver ||= now() >= ends
      if (lastsMs !== null) last(YEAR_MS)
    },
  }
}

const YEAR_MS = 365 * 24 * 60 * 60_000
