/** Reads the option `oauth`, with what it needs of other options. */

import type { Adapters } from '../../adapters/adapters.js'
import { isFetchable } from '../../oauth/keys/fetch-json.js'
import { readOAuthOptions } from '../../oauth/options/check-oauth-options.js'
import type { OAuthConfig } from '../../oauth/options/oauth-config.js'
import type { OAuthOptions } from '../../oauth/options/oauth-options.js'
import { readPublicUrl } from './option-readers.js'

interface Given {
  readonly oauth?: OAuthOptions
  readonly publicUrl?: string
  readonly secret?: string | readonly string[]
  readonly adapters: Adapters
}

/** The configuration; `null` without the option. Throws a TypeError that names the mistake, or the option that is missing. */
export function readOAuth({ oauth, publicUrl, secret, adapters }: Given): OAuthConfig | null {
  if (oauth === undefined) return null
  const config = readOAuthOptions(oauth)
  const url = readPublicUrl(publicUrl)
  if (url === null || !isFetchable(url))
    throw new TypeError(
      'option oauth needs publicUrl, an https URL (http only on this machine), since tokens are issued for an exact address',
    )
  if (secret === undefined)
    throw new TypeError(
      'option oauth needs secret, the same on all nodes, since sessions belong to the person who signed in',
    )
  if (adapters.members.findBySubject === undefined || adapters.members.findBySubject === null)
    throw new TypeError(
      'option oauth needs a method findBySubject() of adapter "members"; see its doc comment',
    )
  return config
}
