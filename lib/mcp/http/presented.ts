/** Reads which kind of credential a request brings. A request has one kind, so there is no second try with another. */

import type { IncomingMessage } from 'node:http'
import type { Presented } from '../../control-plane/request/stages.js'
import type { Config } from '../../control-plane/runtime/config.js'
import { isWellFormedApiKey } from '../../foundation/crypto/api-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Resource } from '../../oauth/resource.js'
import { bearerIn, type Head, identityValue, readCredential } from './headers.js'
import { readTokenCredential } from './token-credential.js'

/** Express keeps the address as it was sent, and shortens `url` below a mount point. */
interface Request extends Pick<IncomingMessage, 'url'> {
  readonly originalUrl?: string
}

/** The request, and the endpoint that it came to. */
interface Place {
  readonly req: Request
  readonly head: Head
  /** `null`: the endpoint takes no access tokens. */
  readonly resource: Resource | null
  readonly workspaceId: string | null
}

/** The credential of a request: that of the host if it has an authentication of its own, and if the request brings no key or token. */
export function readPresented({ oauth, authenticate }: Config, place: Place): Presented {
  const { head, resource } = place
  if (authenticate !== null && isForHost(head, authenticate.takesAuthorization && resource === null))
    return { kind: 'custom', request: toCustomRequest(place) }
  return resource === null || oauth === null
    ? readCredential(head)
    : readTokenCredential(head, { takesOpaque: oauth.takesOpaque, resource })
}

/** Throws CREDENTIALS_AMBIGUOUS for a credential of the host in `Authorization` beside a key. */
function isForHost({ headers }: Head, takesAuthorization: boolean): boolean {
  const authorization = identityValue(headers.authorization)
  const hasKey = identityValue(headers['x-api-key']) !== undefined
  if (authorization === undefined) return !hasKey
  if (!takesAuthorization || isWellFormedApiKey(bearerIn(authorization) ?? '')) return false
  if (hasKey) throw new AllvError('CREDENTIALS_AMBIGUOUS')
  return true
}

/** A copy: the host cannot change what is read later. */
function toCustomRequest({ req: { originalUrl, url = '' }, head, workspaceId }: Place) {
  const headers = Object.freeze({ ...head.headers })
  return Object.freeze({ method: head.method, url: originalUrl ?? url, headers, workspaceId })
}
