/** The authorization server itself: oidc-provider, with the settings that MCP clients need. */

import { createHmac } from 'node:crypto'
import Provider, { type Configuration, errors, type JWK, type KoaContextWithOIDC } from 'oidc-provider'
import { accountById } from './accounts.js'
import { renderErrorPage } from './pages/error-page.js'
import type { Resources } from './resources.js'
import { API_SCOPES } from './scopes.js'
import type { RecordsOf } from './stored-records.js'

export interface ProviderOptions {
  /** Its own origin, without a path: several clients look for metadata nowhere else. */
  readonly issuer: string
  readonly resources: Resources
  readonly records: RecordsOf
  readonly signingKey: JWK
  readonly secret: string
  /** How long an access token is good, in seconds. */
  readonly accessTokenSeconds: number
  /** Gets the metadata documents of clients. Default: the global `fetch`. */
  readonly fetch?: typeof fetch
}

/** The claim of the workspace in tokens for the address that names none. */
export const WORKSPACE_CLAIM = 'workspace_id'

/** The kind of record that keeps which workspace a person chose for a grant. */
export const CHOSEN_WORKSPACE = 'ChosenWorkspace'

const HOUR = 60 * 60
const DAY = 24 * HOUR

export function createProvider(options: ProviderOptions): Provider {
  const { issuer, records } = options
  const provider = new Provider(issuer, {
    adapter: records,
    ...identity(options),
    ...lifetimes(options),
    features: features(options),
    extraTokenClaims: (_ctx, token) => workspaceClaim(options, token),
    clientBasedCORS: () => true,
    renderError: (ctx, { error, error_description: description }) =>
      renderErrorPage(ctx, { error, description }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  })
  provider.proxy = issuer.startsWith('https:')
  provider.on('server_error', (_ctx, error) => console.error(error))
  return provider
}

function identity({ signingKey, secret }: ProviderOptions): Configuration {
  return {
    jwks: { keys: [signingKey] },
    // A client that says nothing would get RS256, for which there is no key.
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    cookies: { keys: [createHmac('sha256', secret).update('cookies of the sign-in').digest('hex')] },
    scopes: ['openid', 'offline_access', ...API_SCOPES],
    claims: { openid: ['sub'], email: ['email'] },
    pkce: { required: () => true },
    findAccount: (_ctx, id) => {
      const account = accountById(id)
      return account === undefined
        ? undefined
        : { accountId: id, claims: () => ({ sub: id, email: account.email, name: account.name }) }
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  }
}

function lifetimes({ accessTokenSeconds }: ProviderOptions): Configuration {
  return {
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      Grant: 30 * DAY,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: 30 * DAY,
      Session: 14 * DAY,
    },
    // Most clients do not ask for offline_access, and would have to sign in again every few minutes.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
  }
}

function features({
  resources,
  accessTokenSeconds,
}: ProviderOptions): NonNullable<Configuration['features']> {
  const resourceServer = (_ctx: KoaContextWithOIDC, resource: string) => {
    if (resources.workspaceOf(resource) === undefined)
      throw new errors.InvalidTarget('there is no such endpoint; name it as its metadata does')
    return {
      scope: API_SCOPES.join(' '),
      audience: resource,
      accessTokenTTL: accessTokenSeconds,
      accessTokenFormat: 'jwt' as const,
      jwt: { sign: { alg: 'ES256' as const } },
    }
  }
  return {
    clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
    devInteractions: { enabled: false },
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // A token without an audience would be good for nothing.
      defaultResource: (_ctx, _client, oneOf) => oneOf?.[0] ?? resources.forAll,
      getResourceServerInfo: resourceServer,
      useGrantedResource: () => true,
    },
    // A client revokes its own tokens.
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
  }
}

async function workspaceClaim(
  { records, resources }: ProviderOptions,
  token: { readonly aud?: string | string[] | undefined; readonly grantId?: string | undefined },
): Promise<Record<string, string> | undefined> {
  if (token.aud !== resources.forAll || token.grantId === undefined) return undefined
  const chosen = await records(CHOSEN_WORKSPACE).find(token.grantId)
  const workspaceId = chosen?.extra?.['workspaceId']
  return typeof workspaceId === 'string' ? { [WORKSPACE_CLAIM]: workspaceId } : undefined
}
