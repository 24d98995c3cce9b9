/** Verifies a JWT access token: RFC 9068, section 4, and RFC 8725. */

import type * as jose from 'jose'
import type { KeyKeeper, KeySet } from '../keys/key-keeper.js'
import { OAuthOutage } from '../keys/outage.js'
import type { CheckedIssuer } from '../options/oauth-config.js'
import type { UnverifiedJwt } from './jwt-header.js'
import { type TokenRefusal, TokenRefused } from './refusal.js'

/** The limits of a token's times. */
export interface TokenTimes {
  readonly clockSkewSeconds: number
  readonly maxTokenAgeSeconds: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type Jose = typeof jose

/** Tokens of other kinds, which must not be taken for access tokens (RFC 8725, section 3.11). */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  'oauth-id-jag+jwt',
  'dpop+jwt',
  'logout+jwt',
  'secevent+jwt',
  'token-introspection+jwt',
  'client-authentication+jwt',
  'oauth-authz-req+jwt',
  'entity-statement+jwt',
])
/** Claims that only ID tokens have (OpenID Connect Core, sections 2 and 3). */
const ID_TOKEN_MARKS = ['nonce', 'at_hash', 'c_hash', 's_hash'] as const
/** Where Keycloak (`typ`) and Cognito (`token_use`) say what a token is, and what they call an access token. */
const KIND_CLAIMS = { typ: /^(bearer|dpop|at\+jwt|jwt)$/i, token_use: /^access$/ } as const

/** At most this many keys are tried for a token that names none. */
const MOST_KEYS = 4

/** The claims of a valid token. Throws TokenRefused for a bad one, and an OAuthOutage if the keys cannot be had. */
export async function verifyJwt(
  token: string,
  jwt: UnverifiedJwt | null,
  {
    issuer,
    keeper,
    times,
  }: { readonly issuer: CheckedIssuer; readonly keeper: KeyKeeper; readonly times: TokenTimes },
): Promise<jose.JWTPayload> {
  if (jwt === null) throw new TokenRefused('malformed')
  assertAccessToken(issuer, jwt)
  const jose = await import('jose')
  const options = optionsOf(issuer, times)
  const verify = (keys: KeySet) =>
    jose
      .jwtVerify(token, keys, options)
      .catch((error: unknown) => withAnyKey(jose, error, (key) => jose.jwtVerify(token, key, options)))
  try {
    return (await verify(await keeper.current()).catch((error: unknown) => againIfUnknown(error))).payload
  } catch (error) {
    throw refusalOf(error)
  }

  async function againIfUnknown(error: unknown) {
    if (codeOf(error) !== 'ERR_JWKS_NO_MATCHING_KEY') throw error
    return verify(await keeper.newer())
  }
}

function optionsOf(issuer: CheckedIssuer, { clockSkewSeconds, maxTokenAgeSeconds, now }: TokenTimes) {
  return {
    issuer: issuer.issuer,
    algorithms: [...issuer.algorithms],
    clockTolerance: clockSkewSeconds,
    maxTokenAge: maxTokenAgeSeconds,
    requiredClaims: ['sub', 'iat', 'exp'],
    currentDate: new Date(now()),
    ...(issuer.tokenType === 'any' ? {} : { typ: issuer.tokenType }),
  }
}

/** Several keys of a set may fit a token that names no key. */
async function withAnyKey<T>(
  jose: Jose,
  error: unknown,
  verify: (key: jose.CryptoKey) => Promise<T>,
): Promise<T> {
  if (!(error instanceof jose.errors.JWKSMultipleMatchingKeys)) throw error
  let last: unknown = error
  let tried = 0
  for await (const key of error) {
    tried += 1
    if (tried > MOST_KEYS) break
    try {
      return await verify(key)
    } catch (failure) {
      last = failure
      if (codeOf(failure) !== 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') break
    }
  }
  throw last
}

function assertAccessToken({ tokenType }: CheckedIssuer, { header, claims }: UnverifiedJwt): void {
  if (tokenType !== 'any') return
  const { typ } = header
  if (typ !== undefined && typeof typ !== 'string') throw new TokenRefused('type')
  const type = typ?.toLowerCase().replace(/^application\//, '')
  if (type !== undefined && OTHER_TYPES.has(type)) throw new TokenRefused('type')
  if (ID_TOKEN_MARKS.some((mark) => Object.hasOwn(claims, mark))) throw new TokenRefused('type')
  for (const [claim, access] of Object.entries(KIND_CLAIMS)) {
    const kind = claims[claim]
    if (kind !== undefined && !(typeof kind === 'string' && access.test(kind))) throw new TokenRefused('type')
  }
}

const REFUSALS: Readonly<Record<string, TokenRefusal>> = {
  ERR_JWT_INVALID: 'malformed',
  ERR_JWS_INVALID: 'malformed',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
  ERR_JWKS_NO_MATCHING_KEY: 'unknown_key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'unknown_key',
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm',
  ERR_JOSE_NOT_SUPPORTED: 'malformed',
}

const CLAIM_REFUSALS: Readonly<Record<string, TokenRefusal>> = {
  iss: 'issuer',
  typ: 'type',
  nbf: 'not_yet_valid',
  exp: 'claims',
}

/** Everything that is no verdict on the token is an outage. */
function refusalOf(error: unknown): TokenRefused | OAuthOutage {
  if (error instanceof TokenRefused || error instanceof OAuthOutage) return error
  const code = codeOf(error)
  if (code === 'ERR_JWT_EXPIRED')
    return new TokenRefused(claimOf(error) === 'iat' ? 'too_old' : 'expired', error)
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') return new TokenRefused(claimRefusal(error), error)
  const reason = code === undefined ? undefined : REFUSALS[code]
  return reason === undefined
    ? new OAuthOutage('a token could not be verified', { cause: error })
    : new TokenRefused(reason, error)
}

function claimRefusal(error: unknown): TokenRefusal {
  const claim = claimOf(error)
  if (claim === 'iat' && reasonOf(error) === 'check_failed') return 'not_yet_valid'
  return CLAIM_REFUSALS[claim] ?? 'claims'
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function claimOf(error: unknown): string {
  return error instanceof Error && 'claim' in error && typeof error.claim === 'string' ? error.claim : ''
}

function reasonOf(error: unknown): unknown {
  return error instanceof Error && 'reason' in error ? error.reason : undefined
}
