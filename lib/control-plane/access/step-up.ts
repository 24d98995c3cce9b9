/** Decides what an access token could get if its person granted more: MCP 2026-07-28, basic/authorization, Step-Up Authorization Flow. */

import type { Credential } from '../../adapters/principal.js'
import type { OAuthConfig } from '../../oauth/options/oauth-config.js'
import { hasScope } from './scopes.js'

/** The credential with all scopes that its person could grant. Tools that only need one of these stay listed, or nobody would ever ask for it. */
export function reachableBy(
  { oauth }: { readonly oauth: OAuthConfig | null },
  credential: Credential,
): Credential {
  if (oauth === null || credential.kind !== 'oauth') return credential
  const { id, kind } = credential
  return { id, kind, scopes: oauth.scopes.grantable }
}

/** What a client must ask for. */
export interface ScopesToAsk {
  /** The scopes that are missing. */
  readonly required: readonly string[]
  /** With those that the token has: several clients replace what they had, and do not add to it. Sorted. */
  readonly all: readonly string[]
}

/** The scopes of tokens that would grant `wanted`. `null`: the credential is no token, has them all, or no scope grants one of them. */
export function scopesToAsk(
  { oauth }: { readonly oauth: OAuthConfig | null },
  credential: Credential,
  wanted: readonly string[],
): ScopesToAsk | null {
  if (oauth === null || credential.kind !== 'oauth') return null
  const missing = wanted.filter((scope) => !hasScope(credential, scope))
  if (missing.length === 0) return null
  const required = oauth.scopes.toAsk(missing, (scopes, scope) => hasScope({ ...credential, scopes }, scope))
  if (required === null) return null
  return { required, all: [...new Set([...(credential.oauth?.scopes ?? []), ...required])].sort() }
}
