/** What the checks of a login share: whether they were asked for, and what the authorization servers publish. */

import { isLoopback } from '../../../foundation/text/loopback.js'
import { type FetchLike, isFetchable } from '../../../oauth/keys/fetch-json.js'
import { fetchIssuerMetadata, type IssuerMetadata } from '../../../oauth/keys/issuer-metadata.js'
import { outageText } from '../../../oauth/keys/outage.js'
import { type Context, shared } from '../kit/context.js'
import { metadataIn, namedMetadata } from '../kit/resource-metadata.js'

/** Why a check of a login does not run. */
export const NOT_ASKED = 'the URL does not end with /mcp/oauth; --oauth examines the login of any URL'

/** Servers. More than these are not asked. */
const MOST_SERVERS = 4

/** An authorization server that the endpoint names. */
export interface NamedServer {
  readonly issuer: string
  /** Its metadata; what went wrong in their place. */
  readonly metadata: IssuerMetadata | { readonly failure: string }
}

/** The metadata of the endpoint; `null`: the check was not asked for, or there are none. */
export async function documentOf(context: Context): Promise<Readonly<Record<string, unknown>> | null> {
  if (!context.target.oauth) return null
  const { found } = await namedMetadata(context)
  return found === null || found.status !== 200 ? null : metadataIn(found)
}

/** The authorization servers of the endpoint, each asked for its metadata. Fetched once for each examination. */
export const servers = shared(async (context): Promise<readonly NamedServer[]> => {
  const listed = (await documentOf(context))?.['authorization_servers']
  const issuers = Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : []
  return Promise.all(
    issuers.slice(0, MOST_SERVERS).map(async (issuer) => ({ issuer, metadata: await ask(context, issuer) })),
  )
})

/** The servers whose metadata can be read. */
export async function readableServers(
  context: Context,
): Promise<readonly { readonly issuer: string; readonly metadata: IssuerMetadata }[]> {
  const all = await servers(context)
  return all.flatMap(({ issuer, metadata }) => ('failure' in metadata ? [] : [{ issuer, metadata }]))
}

async function ask(context: Context, issuer: string): Promise<NamedServer['metadata']> {
  if (!mayAsk(context, issuer)) return { failure: 'its address is no https URL' }
  try {
    return await fetchIssuerMetadata(fetchIn(context), issuer)
  } catch (error) {
    return { failure: outageText(error) }
  }
}

/** The name comes from the examined server, so it must not lead to this machine, unless that server runs here itself. */
function mayAsk({ target }: Context, address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return isFetchable(url) && (!isLoopback(url.hostname) || isLoopback(target.url.hostname))
}

/** Fetches from authorization servers. Ends with the examination. */
export function fetchIn(context: Context): FetchLike {
  const { signal } = context
  return (url, init) => {
    if (!mayAsk(context, url)) return Promise.reject(new Error('this address is not asked'))
    const both = init.signal instanceof AbortSignal ? [signal, init.signal] : [signal]
    return fetch(url, { ...init, signal: AbortSignal.any(both) })
  }
}
