/** Checks that a token was issued for this endpoint: RFC 8707, section 2, and RFC 9068, section 4. */

import type { AudienceOption, TokenClaims } from './options/oauth-options.js'

/** Whether a token's audience, or its client where the server writes no audience, is accepted for an endpoint. */
export function isForUs(
  claims: TokenClaims,
  clientId: string,
  audience: AudienceOption | null,
  place: { readonly workspaceId: string; readonly resource: string },
): boolean {
  if (isClientList(audience)) return audience.clientIds.includes(clientId)
  const accepted = acceptedBy(audience, place)
  const { aud } = claims
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return named.some((one) => typeof one === 'string' && accepted.includes(one))
}

function acceptedBy(
  audience: Exclude<AudienceOption, { readonly clientIds: readonly string[] }> | null,
  place: { readonly workspaceId: string; readonly resource: string },
): readonly string[] {
  if (audience === null) return [place.resource]
  if (typeof audience === 'string') return [audience]
  if (typeof audience !== 'function') return audience
  const given = audience(place)
  if (!Array.isArray(given))
    throw new TypeError('option oauth.audience gave something else than a list of strings')
  return given
}

function isClientList(
  audience: AudienceOption | null,
): audience is { readonly clientIds: readonly string[] } {
  return typeof audience === 'object' && audience !== null && 'clientIds' in audience
}
