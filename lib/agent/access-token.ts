/** Presents an access token in process, as the endpoint for tokens of its workspace would. */

import type { Presented } from '../control-plane/request/stages.js'
import type { Runtime } from '../control-plane/runtime/runtime.js'
import { type Resource, resourceOf } from '../oauth/resource.js'

/** The credential, and the endpoint that the token must be for. Throws a TypeError without the option `oauth`. */
export function presentToken(
  { config: { oauth, publicUrl } }: Runtime,
  workspaceId: string,
  accessToken: unknown,
): { readonly presented: Presented; readonly resource: Resource } {
  if (oauth === null || publicUrl === null)
    throw new TypeError('withAccessToken needs the option oauth of the control plane')
  const token = typeof accessToken === 'string' ? accessToken : ''
  return {
    presented:
      token === ''
        ? { kind: 'none' }
        : { kind: 'access-token', token: { reveal: () => token, scheme: 'bearer', request: null } },
    resource: resourceOf(publicUrl, oauth.endpoint, workspaceId),
  }
}
