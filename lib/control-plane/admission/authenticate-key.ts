/** Authenticates an API key by its digest. Unknown, expired and revoked keys are the same: `null`. */

import type { ApiKeyRecord } from '../../adapters/api-keys.js'
import type { Principal } from '../../adapters/principal.js'
import { sameDigest } from '../../foundation/crypto/api-key.js'
import { isText } from '../../foundation/json/guards.js'
import type { Received } from '../request/stages.js'
import { callAdapter, reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { isDateOrNull, isGrant } from './grant.js'

/** The principal of a key; `null` if the key is not valid. Throws UNAVAILABLE when the key store fails. */
export async function authenticateKey(
  runtime: Runtime,
  { correlationId }: Received,
  digest: string,
): Promise<Principal | null> {
  const found = await callAdapter(runtime, correlationId, () =>
    runtime.config.adapters.apiKeys.findByDigest({ digest }),
  )
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

/** Throws for a record of the wrong shape, which counts as an outage. */
function assertRecord(record: ApiKeyRecord): void {
  const fits =
    isGrant(record) &&
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
