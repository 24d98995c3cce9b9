/** Checks a host's OAuth set-up from outside: what its authorization servers publish, and what clients find at its own addresses. */

import { isRecord } from '../foundation/json/guards.js'
import { type Fetched, type FetchLike, fetchJson } from './keys/fetch-json.js'
import { outageText } from './keys/outage.js'
import type { CheckedIssuer, OAuthConfig } from './options/oauth-config.js'
import { METADATA_PATH, resourceOf } from './resource.js'
import type { TokenVerifier } from './token-verifier.js'

/** One finding. */
export interface OAuthFinding {
  /** A stable id, such as `issuer-metadata`. */
  readonly id: string
  /** `pass`; `warn`: some clients will fail; `fail`: no client can connect. */
  readonly status: 'pass' | 'warn' | 'fail'
  /** What was looked at, and what was found. */
  readonly title: string
  /** What to do. `null`: nothing. */
  readonly cure: string | null
}

/** What is checked. */
export interface OAuthCheckOptions {
  readonly oauth: OAuthConfig
  readonly publicUrl: URL
  readonly verifier: TokenVerifier
  /** The workspace whose addresses are fetched. */
  readonly workspaceId: string
}

const MOST_DRIFT_MS = 60_000

/** Checks everything, at the same time where possible. Never rejects: what cannot be fetched is a finding. */
export async function checkOAuth(options: OAuthCheckOptions): Promise<readonly OAuthFinding[]> {
  const { oauth, workspaceId } = options
  const issuers = await Promise.resolve()
    .then(() => oauth.issuersOf(workspaceId))
    .catch((error: unknown) =>
      fail('issuers', `the authorization servers are not known: ${outageText(error)}`, 'See onError.'),
    )
  if ('id' in issuers) return [issuers]
  const groups = await Promise.all([
    ...issuers.map((issuer: CheckedIssuer) => checkIssuer(issuer, options)),
    checkOwnAddresses(options),
  ])
  return groups.flat()
}

async function checkIssuer(
  issuer: CheckedIssuer,
  { verifier }: OAuthCheckOptions,
): Promise<readonly OAuthFinding[]> {
  const keeper = verifier.keeperOf(issuer)
  const name = issuer.issuer
  const keys = await keeper.current().then(
    () => pass('issuer-keys', `the keys of ${name} can be fetched`),
    (error: unknown) =>
      fail(
        'issuer-keys',
        `the keys of ${name} cannot be fetched: ${outageText(error)}`,
        'Let this server reach the address, or set jwksUri or fetch.',
      ),
  )
  try {
    const { document } = await keeper.metadata()
    return [pass('issuer-metadata', `${name} publishes its metadata`), ...readDocument(name, document), keys]
  } catch (error) {
    const cure =
      'Copy the issuer byte for byte from its metadata, and let this server reach it. Clients need the metadata too.'
    return [
      fail('issuer-metadata', `the metadata of ${name} cannot be used: ${outageText(error)}`, cure),
      keys,
    ]
  }
}

/** What clients need of an authorization server: MCP 2026-07-28, basic/authorization. */
function readDocument(name: string, document: Readonly<Record<string, unknown>>): readonly OAuthFinding[] {
  const methods = document['code_challenge_methods_supported']
  const hasS256 = Array.isArray(methods) && methods.includes('S256')
  const registers = typeof document['registration_endpoint'] === 'string'
  const takesDocuments = document['client_id_metadata_document_supported'] === true
  const saysIssuer = document['authorization_response_iss_parameter_supported'] === true
  return [
    hasS256
      ? pass('pkce', `${name} lists S256`)
      : fail(
          'pkce',
          `${name} does not list S256 in code_challenge_methods_supported`,
          'Switch PKCE on there: clients must refuse a server without it.',
        ),
    registers || takesDocuments
      ? pass('registration', `${name} takes clients that it does not know`)
      : warn(
          'registration',
          `${name} neither registers clients nor takes client ID metadata documents`,
          'Register each client there by hand, and give people its client id.',
        ),
    saysIssuer
      ? pass('response-issuer', `${name} names itself in its responses`)
      : warn(
          'response-issuer',
          `${name} does not name itself in its responses (RFC 9207)`,
          'Switch authorization_response_iss_parameter_supported on, if it can.',
        ),
  ]
}

async function checkOwnAddresses({
  oauth,
  publicUrl,
  workspaceId,
}: OAuthCheckOptions): Promise<readonly OAuthFinding[]> {
  const { resource, atOrigin, atMount } = resourceOf(publicUrl, oauth.endpoint, workspaceId)
  const root = `${publicUrl.origin}${METADATA_PATH}`
  const [origin, mount, probe] = await Promise.all(
    [atOrigin, atMount, root].map((url) => attempt(oauth.fetch, url)),
  )
  return [
    ownMetadata('metadata-at-origin', atOrigin, origin, {
      resource,
      needed: oauth.metadataAt === 'origin',
      cure: 'Mount app.use(router.wellKnown) at the root of the app, before any catch-all, and let the proxy forward /.well-known/. Or set metadataAt: "mount".',
    }),
    ownMetadata('metadata-at-mount', atMount, mount, {
      resource,
      needed: oauth.metadataAt === 'mount',
      cure: 'Let the proxy forward everything below the mount point, and check publicUrl.',
    }),
    probe !== undefined && 'status' in probe && probe.status === 404
      ? pass('root-probe', `${root} is not there, as it should be`)
      : warn(
          'root-probe',
          `${root} is answered, and some clients take that answer for the metadata`,
          'Mount app.use(router.wellKnown) before any catch-all: it answers 404.',
        ),
    clock(mount),
  ]
}

type Attempt = Fetched | { readonly error: unknown }

function attempt(fetchLike: FetchLike, url: string): Promise<Attempt> {
  return fetchJson(fetchLike, url).catch((error: unknown) => ({ error }))
}

function ownMetadata(
  id: string,
  url: string,
  found: Attempt | undefined,
  { resource, needed, cure }: { readonly resource: string; readonly needed: boolean; readonly cure: string },
): OAuthFinding {
  const report = needed ? fail : warn
  if (found === undefined || 'error' in found)
    return report(id, `${url} cannot be fetched: ${outageText(found?.error)}`, cure)
  if (found.status !== 200) return report(id, `${url} answers with status ${found.status}`, cure)
  if (!isRecord(found.body) || found.body['resource'] !== resource)
    return report(
      id,
      `${url} is not the metadata of ${resource}`,
      'Set publicUrl to the address that clients use.',
    )
  return pass(id, `${url} is the metadata of the endpoint`)
}

function clock(found: Attempt | undefined): OAuthFinding {
  const date =
    found !== undefined && 'headers' in found ? Date.parse(found.headers.get('date') ?? '') : Number.NaN
  if (Number.isNaN(date))
    return warn('clock', 'the time of the public address is not known', 'Let the proxy send a Date header.')
  return Math.abs(date - Date.now()) <= MOST_DRIFT_MS
    ? pass('clock', 'the clock of this node agrees with that of the public address')
    : warn(
        'clock',
        'the clocks of this node and of the public address are more than a minute apart',
        'Set both clocks by NTP: tokens are good for minutes.',
      )
}

function pass(id: string, title: string): OAuthFinding {
  return { id, status: 'pass', title, cure: null }
}

function warn(id: string, title: string, cure: string): OAuthFinding {
  return { id, status: 'warn', title, cure }
}

function fail(id: string, title: string, cure: string): OAuthFinding {
  return { id, status: 'fail', title, cure }
}
