/** Authenticates an access token. The token ends here: a principal knows its issuer, subject and client, and not the token. */

import type { Principal } from '../../adapters/principal.js'
import { digestJson } from '../../foundation/crypto/digest.js'
import { AllvError, isAllvError } from '../../foundation/errors/allv-error.js'
import type { AccessToken, VerifiedToken } from '../../oauth/access-token.js'
import { tokenChallenge } from '../../oauth/challenge.js'
import type { TokenClaims } from '../../oauth/options/oauth-options.js'
import { withAuditReason } from '../request/refusals.js'
import type { Received } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * The principal of a token. Throws UNAUTHENTICATED for a bad token, with its reason in the audit log only; UNAVAILABLE if the authorization server
 * or its keys cannot be reached; and MEMBER_NOT_ALLOWED for a token that belongs to no workspace.
 */
export async function authenticateToken(
  runtime: Runtime,
  received: Received,
  token: AccessToken,
  again: boolean,
): Promise<Principal> {
  const { resource, correlationId } = received
  const { tokens, config } = runtime
  const { oauth, brand } = config
  if (tokens === null || oauth === null || resource === null) throw new AllvError('UNAUTHENTICATED')
  const verification = await callAdapter(runtime, correlationId, () =>
    tokens.verify(token, { resource, again }),
  ).catch(withRetryAfter)
  if ('refused' in verification) {
    const headers = { 'WWW-Authenticate': tokenChallenge({ realm: brand.realm, oauth, resource }, true) }
    const message = 'the access token is not valid here; sign in again'
    throw withAuditReason(
      new AllvError('UNAUTHENTICATED', { headers, message }),
      `token_${verification.refused}`,
    )
  }
  const { workspaceId } = verification.token
  if (workspaceId === null) throw withAuditReason(noMember(), 'token_without_workspace')
  return toPrincipal(verification.token, workspaceId)
}

/** Clients throw a token away that is called bad, so an outage is never a 401, and says when to come again. */
function withRetryAfter(error: unknown): never {
  if (!isAllvError(error) || error.code !== 'UNAVAILABLE') throw error
  const { cause, correlationId } = error
  throw new AllvError('UNAVAILABLE', {
    cause,
    retryAfterSeconds: 5,
    ...(correlationId === undefined ? {} : { correlationId }),
  })
}

/** A permission that signing in again cannot give, so there is no challenge: RFC 6750, section 3.1. */
export function noMember(): AllvError {
  return new AllvError('MEMBER_NOT_ALLOWED', { status: 403 })
}

/** The ids of credentials, by the claims of a verified token: requests with one token share them for a while. */
const credentialIds = new WeakMap<TokenClaims, string>()

function toPrincipal(
  { issuer, subject, clientId, kind, tokenScopes, scopes, expiresAt, claims }: VerifiedToken,
  workspaceId: string,
): Principal {
  const id = credentialIds.get(claims) ?? `oat_${digestJson([issuer, subject, clientId]).slice(0, 32)}`
  credentialIds.set(claims, id)
  return {
    credential: {
      id,
      kind: 'oauth',
      scopes,
      oauth: { issuer, clientId, kind, scopes: tokenScopes, expiresAt },
    },
    workspaceId,
    members: 'any',
    expiresAt,
    subject: { issuer, subject, clientId, kind, claims },
  }
}
