/**
 * Seals small pieces of state that clients hold between requests: encrypted, bound to one purpose, with an expiry time. RFC 7516, RFC 7519.
 *
 * A token that this node sealed expires to the second. A token of another node stays valid for `driftSeconds` longer, since the clocks of
 * the nodes may differ: a node whose clock is fast must not refuse a new token.
 */

import { hkdfSync, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { digestText } from './digest.js'
import { decryptText, type EncryptionKey, encryptionKey, encryptText } from './encrypted-text.js'

/** What a token is for. A token of one purpose cannot be opened for another. */
export type SealPurpose = 'cursor' | 'session' | 'round' | 'task' | 'event'

/** Seals and opens tokens. */
export interface Sealer {
  /** Encrypts `state` under the first secret. The token expires after `ttlSeconds`. */
  seal(purpose: SealPurpose, state: Readonly<Record<string, string>>, ttlSeconds: number): Promise<string>
  /**
   * The state, or `null` for a token that is forged, expired, of another purpose, or sealed under an unknown secret. A token that a fast
   * clock sealed in the future is valid.
   */
  open(purpose: SealPurpose, token: string): Promise<Readonly<Record<string, string>> | null>
}

/**
 * Of what clients carry: 64 Ki UTF-16 units of JSON are at most 256 KiB of base64url. An event comes over the host's own bus, and is as long as
 * the answer in it.
 */
const MAX_TOKEN_LENGTH = 300 * 1024
/**
 * Opening a token costs 5 to 200 microseconds, so opened tokens are cached within these bounds. Rounds, tasks and events hold arguments and
 * answers, so they are not cached.
 */
const CACHED: ReadonlySet<SealPurpose> = new Set(['cursor', 'session'])
const OPENED_TOKENS = 1000
const LONGEST_KEPT = 4096

interface Opened {
  readonly purpose: string
  readonly state: Readonly<Record<string, string>>
  /** Milliseconds since 1970, by this node's clock. */
  readonly expiresAt: number
}

/** Each of two nodes may be an hour off: one slow, one fast. */
export const CLOCK_DRIFT_SECONDS = 2 * 60 * 60

/**
 * The first secret seals; every secret opens. Without secrets, a random one is used until the process ends. `driftSeconds`: by how much the
 * clocks of two nodes may differ; default 0.
 */
export function createSealer(
  secrets: readonly string[],
  now: () => number = Date.now,
  driftSeconds = 0,
): Sealer {
  const self = randomBytes(6).toString('base64url')
  const keys = (secrets.length > 0 ? secrets : [randomBytes(32).toString('hex')]).map(deriveKey)
  const opened = new LRUCache<string, Opened>({ max: OPENED_TOKENS })

  return {
    async seal(purpose, state, ttlSeconds) {
      const [first] = keys
      if (first === undefined) throw new TypeError('a sealer needs a secret')
      const exp = Math.floor(now() / 1000) + ttlSeconds
      return encryptText(first, JSON.stringify({ state, aud: purpose, iss: self, exp }))
    },
    async open(purpose, token) {
      if (purpose !== 'event' && token.length > MAX_TOKEN_LENGTH) return null
      const known = opened.get(token) ?? decrypt({ keys, self, driftSeconds }, token)
      if (known === null || known.purpose !== purpose || known.expiresAt <= now()) return null
      if (CACHED.has(purpose) && token.length <= LONGEST_KEPT) opened.set(token, known)
      return known.state
    },
  }
}

function deriveKey(secret: string): EncryptionKey {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'allv-mcp seal v1', 32))
  return encryptionKey(key, digestText(Buffer.from(key).toString('hex')).slice(0, 8))
}

interface Opener {
  readonly keys: readonly EncryptionKey[]
  readonly self: string
  readonly driftSeconds: number
}

/** The caller must not learn why a token is invalid, so every reason is `null`. */
function decrypt({ keys, self, driftSeconds }: Opener, token: string): Opened | null {
  const text = decryptText(keys, token)
  // Only a holder of a secret can make what is parsed here.
  const claims: unknown = text === null ? null : JSON.parse(text)
  if (typeof claims !== 'object' || claims === null) return null
  if (!('aud' in claims && 'exp' in claims && 'state' in claims)) return null
  const { aud, exp, state } = claims
  if (typeof aud !== 'string' || typeof exp !== 'number' || !isStringRecord(state)) return null
  const drift = 'iss' in claims && claims.iss === self ? 0 : driftSeconds
  return { purpose: aud, state, expiresAt: (exp + drift) * 1000 }
}

function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((item) => typeof item === 'string')
  )
}
