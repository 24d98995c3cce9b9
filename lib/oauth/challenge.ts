/** Writes the `WWW-Authenticate` header. RFC 6750, section 3; RFC 9728, section 5.1; MCP 2026-07-28, basic/authorization. */

import type { OAuthConfig } from './options/oauth-config.js'
import type { Resource } from './resource.js'
import { PROOF_ALGORITHMS } from './tokens/dpop.js'

/** An endpoint that takes access tokens. */
export interface TokenEndpoint {
  /** The realm of the host's brand. */
  readonly realm: string
  readonly oauth: OAuthConfig
  readonly resource: Resource
}

/** The challenge of an endpoint for keys, and for a bad key. It names no metadata: clients would start an OAuth flow that cannot succeed. */
export function keyChallenge(realm: string, wasPresented: boolean): string {
  return `Bearer realm="${realm}"${wasPresented ? ', error="invalid_token"' : ''}`
}

/**
 * The challenge of a 401 where tokens are taken. Clients find `scope`, `error` and `resource_metadata` with regular expressions, so nothing of the
 * request may stand in it.
 */
export function tokenChallenge({ realm, oauth, resource }: TokenEndpoint, wasPresented: boolean): string {
  const scope = `scope="${oauth.scopes.defaults.join(' ')}"`
  return `${keyChallenge(realm, wasPresented)}, ${scope}, ${metadata(oauth, resource)}${proofChallenge(oauth)}`
}

/** The challenge of a 403. It is the same text for the same token and tool: some clients recognize a loop by that. */
export function scopeChallenge({ realm, oauth, resource }: TokenEndpoint, scopes: readonly string[]): string {
  const parts = [
    `realm="${realm}"`,
    'error="insufficient_scope"',
    `scope="${scopes.join(' ')}"`,
    metadata(oauth, resource),
    'error_description="This tool needs a further permission"',
  ]
  return `Bearer ${parts.join(', ')}`
}

function metadata({ metadataAt }: OAuthConfig, { atOrigin, atMount }: Resource): string {
  return `resource_metadata="${metadataAt === 'origin' ? atOrigin : atMount}"`
}

/** RFC 9449, section 7.1. It has no `error`, which clients would read as that of the first challenge. */
function proofChallenge({ dpop }: OAuthConfig): string {
  return dpop === false ? '' : `, DPoP algs="${PROOF_ALGORITHMS.join(' ')}"`
}
