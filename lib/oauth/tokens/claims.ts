/** Reads the claims of a token whose signature or activity was checked. */

import { isRecord } from '../../foundation/json/guards.js'
import { isStorableText } from '../../foundation/text/text.js'
import type { TokenClaims } from '../options/oauth-options.js'
import { TokenRefused } from './refusal.js'

const MOST_ID_CHARACTERS = 512

/** Whose a token is, and which client has it. */
export interface TokenIds {
  readonly subject: string
  readonly clientId: string
}

/** The ids of a token. RFC 9068 requires `client_id`; servers before it write `azp` or `cid`. Throws TokenRefused without them. */
export function idsOf({ sub, client_id, azp, cid }: TokenClaims): TokenIds {
  const clientId = client_id ?? azp ?? cid
  if (!isId(sub) || !isId(clientId)) throw new TokenRefused('claims')
  return { subject: sub, clientId }
}

function isId(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.length <= MOST_ID_CHARACTERS && isStorableText(value)
  )
}

/** The `exp` of a token, in milliseconds since 1970. */
export function endOf({ exp }: TokenClaims): number {
  return typeof exp === 'number' ? exp * 1000 : 0
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
