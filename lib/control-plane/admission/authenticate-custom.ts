/** Authenticates a request by the host's own authentication, the option `authenticate`. */

import type { CustomRequest } from '../../adapters/custom-authentication.js'
import type { Principal } from '../../adapters/principal.js'
import { isRecord } from '../../foundation/json/guards.js'
import { isStorableText } from '../../foundation/text/text.js'
import type { Received } from '../request/stages.js'
import { callAdapter, reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { type Grant, isGrant } from './grant.js'

/** What an audit event and a database column keep of it, in UTF-16 units. */
const MAX_ID_LENGTH = 200

/** The principal that the host names; `null` for none, or one that has ended. Throws UNAVAILABLE if the host fails or gives something else. */
export async function authenticateCustom(
  runtime: Runtime,
  { correlationId }: Received,
  request: CustomRequest,
): Promise<Principal | null> {
  const { authenticate } = runtime.config
  if (authenticate === null) return null
  const found: unknown = await callAdapter(runtime, correlationId, () => authenticate.identify(request))
  if (found === null || found === undefined) return null
  const grant = grantIn(found)
  if (grant === null) {
    const cause = new TypeError(
      `authenticate.identify gave a principal of the wrong shape; it needs id (1 to ${MAX_ID_LENGTH} characters), workspaceId, scopes, members, and expiresAt as Date or null; for nobody it gives null`,
    )
    throw reportFailure(runtime, correlationId, 'UNAVAILABLE', cause)
  }
  return grant.expiresAt !== null && grant.expiresAt.getTime() <= Date.now() ? null : toPrincipal(grant)
}

function grantIn(found: unknown): Grant | null {
  if (!isRecord(found)) return null
  const { id, workspaceId, members, scopes, expiresAt } = found
  const grant = { id, workspaceId, members, scopes, expiresAt }
  if (!isGrant(grant)) return null
  return grant.id.length <= MAX_ID_LENGTH && isStorableText(grant.id) ? grant : null
}

function toPrincipal({ id, workspaceId, members, scopes, expiresAt }: Grant): Principal {
  return {
    credential: { id, kind: 'custom', scopes: [...scopes] },
    workspaceId,
    members: members === 'any' ? members : [...members],
    ...(expiresAt === null ? {} : { expiresAt }),
  }
}
