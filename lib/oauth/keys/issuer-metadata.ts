/** Reads the metadata of an authorization server: RFC 8414, section 3, and OpenID Connect Discovery. */

import { isRecord } from '../../foundation/json/guards.js'
import { isLoopback } from '../../foundation/text/loopback.js'
import { type FetchLike, fetchJson, isFetchable } from './fetch-json.js'
import { OAuthOutage } from './outage.js'

/** What is read of the metadata. */
export interface IssuerMetadata {
  /** Where the public keys are. */
  readonly jwksUri: string
  /** The whole document, for checks of a host's set-up. */
  readonly document: Readonly<Record<string, unknown>>
}

/** The addresses to try, in the order of MCP 2026-07-28, Authorization Server Metadata Discovery. */
function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const names = ['oauth-authorization-server', 'openid-configuration'] as const
  if (path === '') return names.map((name) => `${origin}/.well-known/${name}`)
  return [
    ...names.map((name) => `${origin}/.well-known/${name}${path}`),
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

/** Fetches the metadata. Rejects with an OAuthOutage, also if the document names another issuer (RFC 8414, section 3.3). */
export async function fetchIssuerMetadata(fetchLike: FetchLike, issuer: string): Promise<IssuerMetadata> {
  const failures: unknown[] = []
  for (const url of metadataUrls(issuer)) {
    try {
      const { status, body } = await fetchJson(fetchLike, url)
      if (status === 200) return readMetadata(issuer, body)
      failures.push(new Error(`${url} answered with status ${status}`))
    } catch (error) {
      failures.push(error)
    }
  }
  throw new OAuthOutage(`the metadata of ${issuer} cannot be read`, { cause: new AggregateError(failures) })
}

function readMetadata(issuer: string, document: unknown): IssuerMetadata {
  if (!isRecord(document)) throw new OAuthOutage(`the metadata of ${issuer} is not an object`)
  const { issuer: named, jwks_uri: jwksUri } = document
  if (named !== issuer)
    throw new OAuthOutage(`the metadata of ${issuer} names another issuer; copy the issuer from it exactly`)
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri) || !mayName(issuer, new URL(jwksUri)))
    throw new OAuthOutage(`the metadata of ${issuer} has no jwks_uri that can be used`)
  return { jwksUri, document }
}

/** A customer's server must not make this one ask for something on this machine. */
function mayName(issuer: string, jwksUri: URL): boolean {
  return isFetchable(jwksUri) && (!isLoopback(jwksUri.hostname) || isLoopback(new URL(issuer).hostname))
}
