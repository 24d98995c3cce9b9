/** Checks a DPoP proof: RFC 9449, sections 4.3 and 7.1. */

import { LRUCache } from 'lru-cache'
import { digestBase64Url } from '../../foundation/crypto/digest.js'
import { TokenRefused } from './refusal.js'

/** A request with a proof. */
export interface ProvedRequest {
  /** The value of the header `DPoP`; `null`: none, or several. */
  readonly proof: string | null
  /** The HTTP method, such as `POST`. */
  readonly method: string
  /** The public URL of the request, without query and fragment. */
  readonly url: string
}

/** The algorithms of proofs, as challenges name them. */
export const PROOF_ALGORITHMS = ['ES256', 'ES384', 'PS256', 'EdDSA', 'Ed25519'] as const

/** How far the time of a proof may be from this node's, in seconds. */
const PROOF_WINDOW_SECONDS = 300
/** For how long a proof is remembered: as long as its time may be accepted. */
const REMEMBERED_MS = 2 * PROOF_WINDOW_SECONDS * 1000
const MOST_REMEMBERED = 100_000
const MOST_PROOF_CHARACTERS = 8192

/** Checks proofs. Each is accepted once by this node. */
export interface ProofChecker {
  /** Throws TokenRefused unless the proof is for this request, this token, and the key that the token is bound to. */
  check(request: ProvedRequest, token: string, thumbprint: string): Promise<void>
}

/** Makes a checker. It remembers the last 100,000 proofs of ten minutes; other nodes do not know of them. */
export function createProofChecker(now: () => number): ProofChecker {
  const seen = new LRUCache<string, true>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS, perf: { now } })
  return {
    async check({ proof, method, url }, token, thumbprint) {
      if (proof === null || proof.length > MOST_PROOF_CHARACTERS) throw new TokenRefused('dpop_missing')
      const { key, jti, claims } = await verifyProof(proof, now)
      const fits =
        key === thumbprint &&
        claims['htm'] === method &&
        sameUrl(claims['htu'], url) &&
        claims['ath'] === digestBase64Url(token)
      if (!fits) throw new TokenRefused('dpop_proof')
      const id = `${thumbprint} ${jti}`
      if (seen.has(id)) throw new TokenRefused('dpop_replay')
      seen.set(id, true)
    },
  }
}

async function verifyProof(proof: string, now: () => number) {
  const { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } = await import('jose')
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...PROOF_ALGORITHMS],
      requiredClaims: ['jti', 'htm', 'htu', 'iat', 'ath'],
      clockTolerance: PROOF_WINDOW_SECONDS,
      // Both directions: a proof of the future is refused too.
      maxTokenAge: 0,
      currentDate: new Date(now()),
    })
    const { jti } = payload
    if (protectedHeader.jwk === undefined || typeof jti !== 'string' || jti === '' || jti.length > 512)
      throw new TokenRefused('dpop_proof')
    return { key: await calculateJwkThumbprint(protectedHeader.jwk), jti, claims: payload }
  } catch (cause) {
    throw cause instanceof TokenRefused ? cause : new TokenRefused('dpop_proof', cause)
  }
}

/** RFC 9449, section 4.3: compared after the normalization of RFC 3986, without query and fragment. */
function sameUrl(claimed: unknown, url: string): boolean {
  if (typeof claimed !== 'string' || !URL.canParse(claimed)) return false
  const { origin, pathname } = new URL(claimed)
  const own = new URL(url)
  return origin === own.origin && pathname === own.pathname
}
