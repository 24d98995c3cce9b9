/** Seals small pieces of state that clients carry for us: encrypted, bound to one purpose, expiring. RFC 7516, RFC 7519. */

import { hkdfSync, randomBytes } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'
import { LRUCache } from 'lru-cache'
import { digestText } from './digest.js'

export type SealPurpose = 'cursor' | 'session' | 'round' | 'task'

export interface Sealer {
  /** Encrypts `state` under the first secret. */
  seal(purpose: SealPurpose, state: Readonly<Record<string, string>>, ttlSeconds: number): Promise<string>
  /** Gives the state, or `null` for a token that is forged, expired, of another purpose, or sealed under an unknown secret. */
  open(purpose: SealPurpose, token: string): Promise<Readonly<Record<string, string>> | null>
}

const MAX_TOKEN_LENGTH = 128 * 1024
/** Opening costs 50 to 200 microseconds; opened tokens are remembered within these bounds. Rounds and tasks hold arguments, and are not kept. */
const OPENED_TOKENS = 1000
const LONGEST_KEPT = 4096

interface Opened {
  readonly purpose: string
  readonly state: Readonly<Record<string, string>>
  readonly expiresAt: number
}

/** The first secret seals, all of them open. Without secrets, a random one that lives as long as the process. */
export function createSealer(secrets: readonly string[], now: () => number = Date.now): Sealer {
  const keys = (secrets.length > 0 ? secrets : [randomBytes(32).toString('hex')]).map(deriveKey)
  const opened = new LRUCache<string, Opened>({ max: OPENED_TOKENS })

  return {
    async seal(purpose, state, ttlSeconds) {
      const [first] = keys
      if (first === undefined) throw new TypeError('a sealer needs a secret')
      return new EncryptJWT({ state })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.kid })
        .setAudience(purpose)
        .setExpirationTime(Math.floor(now() / 1000) + ttlSeconds)
        .encrypt(first.key)
    },
    async open(purpose, token) {
      if (token.length > MAX_TOKEN_LENGTH) return null
      const known = opened.get(token) ?? (await decrypt(keys, token, now()))
      if (known === null || known.purpose !== purpose || known.expiresAt <= now()) return null
      if (purpose !== 'round' && purpose !== 'task' && token.length <= LONGEST_KEPT) opened.set(token, known)
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

async function decrypt(keys: readonly SealKey[], token: string, now: number): Promise<Opened | null> {
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
      },
    )
    if (typeof payload.aud !== 'string' || payload.exp === undefined || !isStringRecord(payload['state']))
      return null
    return { purpose: payload.aud, state: payload['state'], expiresAt: payload.exp * 1000 }
  } catch {
    // Whatever is wrong with it, to the caller it is no token of ours.
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
