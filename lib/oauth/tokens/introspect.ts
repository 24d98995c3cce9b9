/** Checks an opaque token at the authorization server's introspection endpoint: RFC 7662. */

import { isRecord } from '../../foundation/json/guards.js'
import { type FetchLike, fetchJson } from '../keys/fetch-json.js'
import { OAuthOutage } from '../keys/outage.js'
import type { CheckedIssuer } from '../options/oauth-config.js'
import type { TokenClaims } from '../options/oauth-options.js'
import { TokenRefused } from './refusal.js'
import type { TokenTimes } from './verify-jwt.js'

type Endpoint = NonNullable<CheckedIssuer['introspection']>

/** The claims of an active token. Throws TokenRefused for another one, and an OAuthOutage if the endpoint gives no verdict. */
export async function introspect(
  token: string,
  {
    issuer,
    fetch,
    times,
  }: { readonly issuer: CheckedIssuer; readonly fetch: FetchLike; readonly times: TokenTimes },
): Promise<TokenClaims> {
  const { introspection } = issuer
  if (introspection === null) throw new TokenRefused('malformed')
  const claims = await ask(token, introspection, fetch)
  if (claims['active'] !== true) throw new TokenRefused('inactive')
  const type = claims['token_type']
  if (type !== undefined && !(typeof type === 'string' && /^(bearer|dpop|access_token)$/i.test(type)))
    throw new TokenRefused('type')
  // It is bound to a key, and the answer does not say to which.
  if (type?.toLowerCase() === 'dpop' && claims['cnf'] === undefined) throw new TokenRefused('binding')
  if (claims['iss'] !== undefined && claims['iss'] !== issuer.issuer) throw new TokenRefused('issuer')
  assertTimes(claims, times)
  return claims
}

async function ask(
  token: string,
  { endpoint, clientId, clientSecret }: Endpoint,
  fetchLike: FetchLike,
): Promise<Readonly<Record<string, unknown>>> {
  // RFC 6749, section 2.3.1: both are form-encoded first.
  const credentials = [clientId, clientSecret].map((part) => encodeForm(part)).join(':')
  const { status, body } = await fetchJson(fetchLike, endpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
  })
  // 401 and 403 say that this server's own credentials are wrong, and nothing of the token.
  if (status !== 200) throw new OAuthOutage(`${endpoint} answered with status ${status}`)
  if (!isRecord(body) || typeof body['active'] !== 'boolean')
    throw new OAuthOutage(`${endpoint} gave no introspection response`)
  return body
}

function encodeForm(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2)
}

/** The endpoint has said that the token is active; an `exp` that has passed still refuses it. */
function assertTimes(claims: TokenClaims, { clockSkewSeconds, maxTokenAgeSeconds, now }: TokenTimes): void {
  const seconds = now() / 1000
  const { exp, nbf, iat } = claims
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw new TokenRefused('claims')
  if (exp <= seconds - clockSkewSeconds) throw new TokenRefused('expired')
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= seconds + clockSkewSeconds))
    throw new TokenRefused('not_yet_valid')
  if (iat === undefined) return
  if (!(typeof iat === 'number' && iat <= seconds + clockSkewSeconds)) throw new TokenRefused('not_yet_valid')
  if (iat < seconds - clockSkewSeconds - maxTokenAgeSeconds) throw new TokenRefused('too_old')
}
