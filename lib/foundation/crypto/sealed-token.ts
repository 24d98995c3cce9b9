/**
 * Seals small pieces of state that clients hold between requests: encrypted, bound to one purpose, with an expiry time. RFC 7516, RFC 7519.
 *
 * A token that this node sealed expires to the second. A token of another node stays valid for `driftSeconds` longer, since the clocks of
 * the nodes may differ: a node whose clock is fast must not refuse a new token.
 */

import { hkdfSync, randomBytes } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'
import { LRUCache } from 'lru-cache'
import { digestText } from './digest.js'

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
 * Opening a token costs 50 to 200 microseconds, so opened tokens are cached within these bounds. Rounds, tasks and events hold arguments and
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
      return new EncryptJWT({ state })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.kid })
        .setAudience(purpose)
        .setIssuer(self)
        .setExpirationTime(Math.floor(now() / 1000) + ttlSeconds)
        .encrypt(first.key)
    },
    async open(purpose, token) {
      if (purpose !== 'event' && token.length > MAX_TOKEN_LENGTH) return null
      const known = opened.get(token) ?? (await decrypt({ keys, self, driftSeconds }, token, now()))
      if (known === null || known.purpose !== purpose || known.expiresAt <= now()) return null
      if (CACHED.has(purpose) && token.length <= LONGEST_KEPT) opened.set(token, known)
      return known.state
    },
  }
}

interface SealKey {
  readonly kid: string
  readonly key: Uint8Array
}

function deriveKey(secret: string): SealKey {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'allv-mcp seal v1', 32))
  return { key, kid: digestText(Buffer.from(key).toString('hex')).slice(0, 8) }
}

interface Opener {
  readonly keys: readonly SealKey[]
  readonly self: string
  readonly driftSeconds: number
}

async function decrypt(
  { keys, self, driftSeconds }: Opener,
  token: string,
  now: number,
): Promise<Opened | null> {
  try {
    const { payload } = await jwtDecrypt(
      token,
      (header) => {
        const match = keys.find((candidate) => candidate.kid === header.kid)
        if (match === undefined) throw new TypeError('sealed under an unknown secret')
        return match.key
      },
      {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        requiredClaims: ['aud', 'exp'],
        currentDate: new Date(now),
        clockTolerance: driftSeconds,
      },
    )
    if (typeof payload.aud !== 'string' || payload.exp === undefined || !isStringRecord(payload['state']))
      return null
    const drift = payload.iss === self ? 0 : driftSeconds
    return { purpose: payload.aud, state: payload['state'], expiresAt: (payload.exp + drift) * 1000 }
  } catch {
    // The caller must not learn why the token is invalid.
    return null
  }
}

function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((item) => typeof item === 'string')
  )
}
