/** Step 1: authenticates the caller. Unknown, expired and revoked keys and keys of another workspace get the same answer. */

import type { ApiKeyRecord } from '../../adapters/api-keys.js'
import type { Principal } from '../../adapters/principal.js'
import { sameDigest } from '../../foundation/crypto/api-key.js'
import { keyChallenge, tokenChallenge } from '../../oauth/challenge.js'
import { callerRefusal } from '../request/caller-refusal.js'
import type { Authenticated, Presented, Received } from '../request/stages.js'
import { callAdapter, reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { authenticateToken } from './authenticate-token.js'

/** Finds the principal of a request. `again`: after a wait. Throws UNAUTHENTICATED with a `WWW-Authenticate` header, or UNAVAILABLE when the key store fails. */
export async function authenticate(
  runtime: Runtime,
  received: Received,
  again = false,
): Promise<Authenticated> {
  const { presented, resource, claimedWorkspaceId } = received
  const principal =
    presented.kind === 'api-key'
      ? principalOf(runtime, received, presented.digest, await findKey(runtime, received, presented.digest))
      : presented.kind === 'access-token'
        ? await authenticateToken(runtime, received, presented.token, again)
        : hostPrincipal(received, presented)
  // The one endpoint for all workspaces names none, and takes the workspace of the credential.
  const namesNone = resource !== null && resource.workspaceId === null
  if (principal === null || !(namesNone || principal.workspaceId === claimedWorkspaceId)) {
    const headers = { 'WWW-Authenticate': challenge(runtime, received) }
    throw callerRefusal('UNAUTHENTICATED', { face: received.face, brand: runtime.config.brand, headers })
  }
  return { received, principal }
}

/** A bad key gets the challenge of a key also where tokens are taken: a revoked key must not look like a login that is needed. */
function challenge({ config }: Runtime, { presented, resource }: Received): string {
  const { realm } = config.brand
  return config.oauth !== null && resource !== null && presented.kind === 'none'
    ? tokenChallenge({ realm, oauth: config.oauth, resource }, false)
    : keyChallenge(realm, presented.kind !== 'none')
}

/** The principal of a call for which the host app vouches; `null` without a credential. */
function hostPrincipal(
  { claimedWorkspaceId }: Received,
  presented: Exclude<Presented, { kind: 'api-key' | 'access-token' }>,
): Principal | null {
  if (presented.kind === 'none') return null
  return {
    credential: { id: presented.via, kind: 'host', scopes: presented.scopes },
    workspaceId: claimedWorkspaceId,
    members: 'any',
  }
}

function findKey(
  runtime: Runtime,
  { correlationId }: Received,
  digest: string,
): Promise<ApiKeyRecord | null> {
  return callAdapter(runtime, correlationId, () => runtime.config.adapters.apiKeys.findByDigest({ digest }))
}

function principalOf(
  runtime: Runtime,
  { correlationId }: Received,
  digest: string,
  found: ApiKeyRecord | null,
): Principal | null {
  if (!found) return null
  try {
    assertRecord(found)
  } catch (cause) {
    throw reportFailure(runtime, correlationId, 'UNAVAILABLE', cause)
  }
  return isValid(found, digest, Date.now()) ? toPrincipal(found) : null
}

function isValid(record: ApiKeyRecord, digest: string, now: number): boolean {
  if (isGiven(record.digest) && !sameDigest(record.digest, digest)) return false
  // The store wrote the times, so its clock decides before ours.
  if (isGiven(record.valid)) return record.valid
  if (record.expiresAt !== null && record.expiresAt.getTime() <= now) return false
  return record.revokedAt === null || record.revokedAt.getTime() > now
}

function toPrincipal(record: ApiKeyRecord): Principal {
  return {
    credential: { id: record.id, kind: 'api-key', scopes: record.scopes },
    workspaceId: record.workspaceId,
    members: record.members,
  }
}

/** Throws for a record of the wrong shape, which counts as an outage. A key whose expiry is not a Date, for example, would never expire. */
function assertRecord(record: ApiKeyRecord): void {
  const fits =
    isText(record.id) &&
    isText(record.workspaceId) &&
    isTextList(record.scopes) &&
    (record.members === 'any' || isTextList(record.members)) &&
    isDateOrNull(record.expiresAt) &&
    isDateOrNull(record.revokedAt) &&
    (!isGiven(record.digest) || isText(record.digest)) &&
    (!isGiven(record.valid) || typeof record.valid === 'boolean')
  if (!fits) {
    throw new TypeError(
      'apiKeys.findByDigest gave a record of the wrong shape; it needs id, workspaceId, scopes, members, and expiresAt and revokedAt as Date or null; digest, when given, must be a string, and valid a boolean',
    )
  }
}

/** Databases return `null` for a column without a value. */
function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}

function isDateOrNull(value: unknown): boolean {
  return value === null || (value instanceof Date && !Number.isNaN(value.getTime()))
}
