/** The protected resource metadata that the 401 of the endpoint names: RFC 9728, sections 3.1 and 5.1. */

import { isRecord } from '../../../foundation/json/guards.js'
import { METADATA_PATH } from '../../../oauth/resource.js'
import type { Exchange } from '../probe/exchange.js'
import { type Context, shared } from './context.js'
import { parsed } from './messages.js'
import { anonymous } from './server.js'

/** What a client finds that looks for a login. */
export interface NamedMetadata {
  /** The address in the challenge; `null` without one. */
  readonly named: string | null
  /** What is at that address, or where clients look without one. `null`: at another host, which is not asked. */
  readonly found: Exchange | null
}

/** Fetched once for each examination. */
export const namedMetadata = shared(async (context): Promise<NamedMetadata> => {
  const { headers } = await anonymous(context)
  const named = /resource_metadata="?([^",\s]+)/i.exec(headers['www-authenticate'] ?? '')?.[1] ?? null
  const { url } = context.target
  const place = named ?? `${METADATA_PATH}${url.pathname}`
  const at = URL.canParse(place, url.href) ? new URL(place, url) : null
  if (at === null || at.origin !== url.origin) return { named, found: null }
  return { named, found: await getPath(context, `${at.pathname}${at.search}`) }
})

/** The metadata in an answer; `null` if it is something else. */
export function metadataIn({ text }: Exchange): Readonly<Record<string, unknown>> | null {
  const value = parsed(text)
  return isRecord(value) && typeof value['resource'] === 'string' ? value : null
}

/** Asks for another path of the examined host. */
export function getPath(context: Context, path: string): Promise<Exchange> {
  const { timeoutMs } = context.target
  return context.ask({ method: 'GET', path, headers: { Accept: 'application/json' }, timeoutMs })
}
