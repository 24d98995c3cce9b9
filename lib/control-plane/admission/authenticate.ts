/** Step 1: authenticates the caller. Unknown, expired and revoked credentials and those of another workspace get the same answer. */

import type { Principal } from '../../adapters/principal.js'
import { keyChallenge, tokenChallenge } from '../../oauth/challenge.js'
import { callerRefusal } from '../request/caller-refusal.js'
import type { Authenticated, Received } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { authenticateCustom } from './authenticate-custom.js'
import { authenticateKey } from './authenticate-key.js'
import { authenticateToken } from './authenticate-token.js'

/**
 * Finds the principal of a request. `again`: after a wait. Throws UNAUTHENTICATED with a `WWW-Authenticate` header, or UNAVAILABLE when that which
 * knows the credential fails.
 */
export async function authenticate(
  runtime: Runtime,
  received: Received,
  again = false,
): Promise<Authenticated> {
  const { resource, claimedWorkspaceId } = received
  const principal = await findPrincipal(runtime, received, again)
  // The one endpoint for all workspaces names none, and takes the workspace of the credential.
  const namesNone = resource !== null && resource.workspaceId === null
  if (principal === null || !(namesNone || principal.workspaceId === claimedWorkspaceId)) {
    const headers = { 'WWW-Authenticate': challenge(runtime, received) }
    throw callerRefusal('UNAUTHENTICATED', { face: received.face, brand: runtime.config.brand, headers })
  }
  return { received, principal }
}

/** One way in for each kind of credential. A request has one kind, so a credential that is refused is never replaced by another. */
async function findPrincipal(
  runtime: Runtime,
  received: Received,
  again: boolean,
): Promise<Principal | null> {
  const { presented, claimedWorkspaceId } = received
  switch (presented.kind) {
    case 'none':
      return null
    case 'api-key':
      return authenticateKey(runtime, received, presented.digest)
    case 'access-token':
      return authenticateToken(runtime, received, presented.token, again)
    case 'custom':
      return authenticateCustom(runtime, received, presented.request)
    case 'host':
      return {
        credential: { id: presented.via, kind: 'host', scopes: presented.scopes },
        workspaceId: claimedWorkspaceId,
        members: 'any',
      }
  }
}

/** A bad key gets the challenge of a key also where tokens are taken: a revoked key must not look like a login that is needed. */
function challenge({ config }: Runtime, { presented, resource }: Received): string {
  const { realm } = config.brand
  const isCustom = presented.kind === 'custom'
  // The host's own credential can be anywhere in the head, so only `Authorization` says that one was presented.
  const wasPresented = isCustom
    ? (presented.request.headers['authorization'] ?? '') !== ''
    : presented.kind !== 'none'
  const own =
    config.oauth !== null && resource !== null && !wasPresented
      ? tokenChallenge({ realm, oauth: config.oauth, resource }, false)
      : keyChallenge(realm, wasPresented)
  return isCustom ? [own, ...(config.authenticate?.challenges ?? [])].join(', ') : own
}
