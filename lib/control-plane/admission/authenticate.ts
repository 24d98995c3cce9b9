/** Step 1: authenticates the caller. Unknown, expired and revoked keys and keys of another workspace get the same answer. */

import type { ApiKeyRecord } from '../../adapters/api-keys.js'
import type { Principal } from '../../adapters/principal.js'
import { sameDigest } from '../../foundation/crypto/api-key.js'
import { callerRefusal } from '../request/caller-refusal.js'
import type { Authenticated, Presented, Received } from '../request/stages.js'
import { callAdapter, reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/** Finds the principal of a request. Throws UNAUTHENTICATED with a `WWW-Authenticate` header, or UNAVAILABLE when the key store fails. */
export async function authenticate(runtime: Runtime, received: Received): Promise<Authenticated> {
  const { presented } = received
  const principal =
    presented.kind === 'api-key'
      ? principalOf(runtime, received, presented.digest, await findKey(runtime, received, presented.digest))
      : hostPrincipal(received, presented)
  if (principal === null || principal.workspaceId !== received.claimedWorkspaceId) {
    const headers = { 'WWW-Authenticate': challenge(runtime, presented) }
    throw callerRefusal('UNAUTHENTICATED', { face: received.face, brand: runtime.config.brand, headers })
  }
  return { received, principal }
}

/** RFC 6750, section 3. No `resource_metadata`: it would make clients start an OAuth flow that cannot succeed. */
function challenge({ config }: Runtime, presented: Presented): string {
  const base = `Bearer realm="${config.brand.realm}"`
  return presented.kind === 'none' ? base : `${base}, error="invalid_token"`
}

/** The principal of a call for which the host app vouches; `null` without a credential. */
function hostPrincipal(
  { claimedWorkspaceId }: Received,
  presented: Exclude<Presented, { kind: 'api-key' }>,
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
