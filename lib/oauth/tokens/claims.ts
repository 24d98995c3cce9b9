/** Reads the claims of a token whose signature or activity was checked. */

import { isRecord } from '../../foundation/json/guards.js'
import { isStorableText } from '../../foundation/text/text.js'
import type { CheckedIssuer } from '../options/oauth-config.js'
import type { TokenClaims } from '../options/oauth-options.js'
import { TokenRefused } from './refusal.js'

const MOST_ID_CHARACTERS = 512

/** Whose a token is, and which client has it. */
export interface TokenIds {
  readonly subject: string
  readonly clientId: string
  /** `user`: a person. `client`: the client itself. */
  readonly kind: 'user' | 'client'
}

/**
 * The ids of a token. RFC 9068 requires `client_id`; other servers write `azp` (Auth0, Entra ID v2, Keycloak), `cid` (Okta) or `appid` (Entra ID v1).
 * A client without a person is always known by its `sub`. Throws TokenRefused without them.
 */
export function idsOf(claims: TokenClaims, { subjectClaim }: Pick<CheckedIssuer, 'subjectClaim'>): TokenIds {
  const { sub, client_id, azp, cid, appid } = claims
  const clientId = client_id ?? azp ?? cid ?? appid
  if (!isId(sub) || !isId(clientId)) throw new TokenRefused('claims')
  if (isOfClient(claims, sub, clientId)) return { subject: sub, clientId, kind: 'client' }
  const subject = claims[subjectClaim]
  if (!isId(subject)) throw new TokenRefused('claims')
  return { subject, clientId, kind: 'user' }
}

/**
 * Whether a token has no person behind it (client credentials). RFC 9068, section 2.2: `sub` is the client. Auth0 and Keycloak write other subjects,
 * Entra ID an object id without any scope.
 */
function isOfClient(claims: TokenClaims, sub: string, clientId: string): boolean {
  const { gty, idtyp, preferred_username: name, oid, tid, scp, scope } = claims
  const isAuth0 = gty === 'client-credentials' || sub === `${clientId}@clients`
  const hasScopes = scp !== undefined || scope !== undefined
  const isEntra = idtyp === 'app' || (typeof oid === 'string' && typeof tid === 'string' && !hasScopes)
  return sub === clientId || isAuth0 || isEntra || name === `service-account-${clientId.toLowerCase()}`
}

function isId(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.length <= MOST_ID_CHARACTERS && isStorableText(value)
  )
}

/** The latest time that a Date can be, in seconds since 1970. */
const MOST_SECONDS = 8.64e12

/** The `exp` of a token, in milliseconds since 1970. Throws TokenRefused unless it is a time. */
export function endOf({ exp }: TokenClaims): number {
  if (typeof exp !== 'number' || !(Math.abs(exp) <= MOST_SECONDS)) throw new TokenRefused('claims')
  return exp * 1000
}

/** The `iat`; an invalid date without one. */
export function issuedAtOf({ iat }: TokenClaims): Date {
  return new Date(typeof iat === 'number' ? iat * 1000 : Number.NaN)
}

/**
 * The thumbprint of the key that a token is bound to (RFC 9449, section 6.1); `null`: it is bound to none. Throws TokenRefused for a token that is
 * bound in another way: this library cannot check that, so the token must not be accepted (RFC 7800, section 3.1).
 */
export function boundKeyOf({ cnf }: TokenClaims): string | null {
  if (cnf === undefined) return null
  const { jkt, ...others } = isRecord(cnf) ? cnf : { jkt: undefined }
  if (typeof jkt !== 'string' || Object.keys(others).length > 0) throw new TokenRefused('binding')
  return jkt
}
