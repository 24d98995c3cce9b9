import type { OAuthIssuer, OAuthOptions } from 'allv-mcp'
import { defineTool } from 'allv-mcp'
import { z } from 'zod'
import { startIssuer, type TestIssuer } from './issuer.js'
import { type OAuthWorld, SCOPES, startOAuthWorld } from './world.js'

/** Tokens as real authorization servers write them: which options accept them, and which of their other tokens are refused with the same options. */

type Claims = Readonly<Record<string, unknown>>

interface Server {
  readonly options: Partial<OAuthIssuer>
  readonly oauth?: Partial<OAuthOptions>
  readonly header: Claims
  /** The claims of a person's access token, for an endpoint. */
  readonly claims: (endpoint: string, issuer: string) => Claims
  /** Who is linked. Default `sub_maria`. */
  readonly subject?: string
}

const JWT = { typ: 'JWT' }
const UNTYPED = { typ: undefined }
const AT = { typ: 'at+jwt' }
const ANY = { tokenType: 'any' } as const
const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
const OID = '690222be-ff1a-4d56-abd1-7e4f7d38e474'
const entra = { oid: OID, tid: TENANT, sub: 'pairwise-7Xs', client_id: null, scope: null }

const SERVERS: Readonly<Record<string, Server>> = {
  'oidc-provider': { options: {}, header: AT, claims: (aud) => ({ aud }) },
  'better-auth': {
    options: ANY,
    header: UNTYPED,
    claims: (aud, issuer) => ({
      aud: [aud, `${issuer}/oauth2/userinfo`],
      client_id: null,
      azp: 'c1',
      sid: 's1',
    }),
  },
  Keycloak: {
    options: { ...ANY, audience: 'mcp-api' },
    header: JWT,
    claims: () => ({
      aud: ['mcp-api', 'account'],
      typ: 'Bearer',
      client_id: null,
      azp: 'c1',
      sid: 's1',
      acr: '1',
      auth_time: 1,
      preferred_username: 'maria',
      scope: 'openid email crm.read',
    }),
  },
  'Auth0, default profile': {
    options: { ...ANY, audience: 'https://api.acme.test' },
    header: JWT,
    claims: (_, issuer) => ({
      aud: ['https://api.acme.test', `${issuer}/userinfo`],
      client_id: null,
      jti: null,
      azp: 'c1',
      scope: 'openid crm.read',
    }),
  },
  'Auth0, RFC 9068 profile with permissions': {
    options: { audience: 'https://api.acme.test', scopesOf: ({ permissions }) => permissions },
    header: AT,
    claims: () => ({ aud: 'https://api.acme.test', scope: 'openid', permissions: ['crm.read'] }),
  },
  WorkOS: { options: ANY, header: JWT, claims: (aud) => ({ aud, org_id: 'org_1', sid: 'app_consent_1' }) },
  'Entra ID v2': {
    options: { ...ANY, audience: 'api-guid', subjectClaim: 'oid' },
    header: JWT,
    claims: () => ({
      ...entra,
      aud: 'api-guid',
      azp: 'c1',
      azpacr: '0',
      scp: 'crm.read',
      ver: '2.0',
      uti: 'u',
    }),
    subject: OID,
  },
  'Entra ID v1': {
    options: { ...ANY, audience: 'api://acme', subjectClaim: 'oid' },
    header: JWT,
    claims: () => ({
      ...entra,
      aud: 'api://acme',
      appid: 'c1',
      appidacr: '0',
      scp: 'crm.read',
      ver: '1.0',
      upn: 'a@b',
    }),
    subject: OID,
  },
  Okta: {
    options: { ...ANY, audience: 'api://default', subjectClaim: 'uid' },
    header: UNTYPED,
    claims: () => ({
      aud: 'api://default',
      ver: 1,
      client_id: null,
      cid: 'c1',
      sub: 'maria@acme.test',
      uid: '00u1',
      scope: null,
      scp: ['openid', 'crm.read'],
    }),
    subject: '00u1',
  },
  Clerk: {
    options: { audience: { clientIds: ['client_1'] } },
    header: AT,
    claims: () => ({ aud: null, scope: 'profile crm.read' }),
  },
  Stytch: {
    options: { ...ANY, audience: 'project-live-1' },
    header: JWT,
    claims: () => ({ aud: ['project-live-1'] }),
  },
  'Ory Hydra': {
    options: { ...ANY, audience: { clientIds: ['client_1'] } },
    header: JWT,
    claims: () => ({ aud: [], ext: {}, scope: null, scp: ['crm.read', 'offline'] }),
  },
  Authentik: {
    options: { ...ANY, audience: 'client_1' },
    header: JWT,
    claims: () => ({ aud: 'client_1', client_id: null, azp: 'client_1', uid: 'u1' }),
  },
  Cognito: {
    options: { ...ANY, audience: { clientIds: ['client_1'] } },
    oauth: { scopes: { 'acme/crm.read': { grants: ['deals:read'], default: true } } },
    header: UNTYPED,
    claims: () => ({ aud: null, token_use: 'access', version: 2, scope: 'openid acme/crm.read' }),
  },
  Supabase: {
    options: { ...ANY, audience: 'authenticated', scopesOf: () => ['crm.read'] },
    header: JWT,
    claims: () => ({
      aud: 'authenticated',
      role: 'authenticated',
      aal: 'aal1',
      session_id: 's',
      scope: null,
    }),
  },
}

const hosts = new Map<string, OAuthWorld>()
let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(async () => {
  for (const host of hosts.values()) await host.close()
  await issuer.close()
})

const tools = [
  defineTool({
    name: 'crm.list',
    description: 'x',
    input: z.object({}),
    scopes: ['deals:read'],
    run: () => 'x',
  }),
]

async function hostOf(name: string, over: Partial<OAuthIssuer> = {}): Promise<OAuthWorld> {
  const known = hosts.get(name)
  if (known !== undefined && Object.keys(over).length === 0) return known
  const { options, oauth, subject = 'sub_maria' } = serverOf(name)
  const list = [{ issuer: issuer.issuer, ...options, ...over }]
  const host = await startOAuthWorld({ scopes: SCOPES, ...oauth, issuers: list }, { tools, rateLimit: false })
  const identity = { workspaceId: 'ws_acme', issuer: issuer.issuer, memberId: 'mem_maria' }
  host.world.adapters.members.link({ ...identity, subject })
  hosts.set(Object.keys(over).length === 0 ? name : `${name} ${hosts.size}`, host)
  return host
}

function serverOf(name: string): Server {
  const server = SERVERS[name]
  if (server === undefined) throw new Error(`there is no server ${name}`)
  return server
}

async function call(name: string, change: Claims = {}, header: Claims = {}, over: Partial<OAuthIssuer> = {}) {
  const host = await hostOf(name, over)
  const server = serverOf(name)
  const token = await issuer.token({
    header: { ...server.header, ...header },
    claims: { ...server.claims(host.endpoint(), issuer.issuer), ...change },
  })
  const { status } = await host.post(`Bearer ${token}`, {
    method: 'tools/call',
    params: { name: 'crm_list', arguments: {} },
  })
  return { status, event: host.world.adapters.audit.events.at(-1) }
}

it.each(Object.keys(SERVERS))('lets a person of %s work', async (name) => {
  const { status, event } = await call(name)
  expect([status, event]).toEqual([
    200,
    expect.objectContaining({ memberId: 'mem_maria', type: 'run.ended' }),
  ])
})

it.each<[string, string, string, Claims, Claims?]>([
  ['an ID token', 'Keycloak', 'token_type', { typ: 'ID' }],
  ['an ID token with nonce', 'Keycloak', 'token_type', { nonce: 'n' }],
  ['a refresh token', 'Keycloak', 'token_type', { typ: 'Refresh' }],
  ['a token whose kind is no text', 'Keycloak', 'token_type', { typ: ['Bearer'] }],
  ['a logout token', 'Keycloak', 'token_type', {}, { typ: 'logout+jwt' }],
  ['an ID-JAG', 'Okta', 'token_type', {}, { typ: 'oauth-id-jag+jwt' }],
  ['an ID-JAG in full', 'Okta', 'token_type', {}, { typ: 'application/OAUTH-ID-JAG+jwt' }],
  ['a DPoP proof', 'Okta', 'token_type', {}, { typ: 'dpop+jwt' }],
  ['an ID token', 'Okta', 'token_claims', { aud: 'api://default', cid: null, uid: null }],
  ['an ID token with at_hash', 'Okta', 'token_type', { at_hash: 'h' }],
  ['an ID token with c_hash', 'Okta', 'token_type', { c_hash: 'h' }],
  ['an ID token with s_hash', 'Okta', 'token_type', { s_hash: 'h' }],
  ['a token without uid', 'Okta', 'token_claims', { uid: null }],
  ['an ID token', 'Cognito', 'token_type', { token_use: 'id', aud: 'client_1' }],
  ['a token of another client', 'Cognito', 'token_audience', { client_id: 'client_2' }],
  ['a session token', 'Clerk', 'token_type', {}, JWT],
  ['a token of another client', 'Clerk', 'token_audience', { client_id: 'client_2' }],
  ['a session token', 'Supabase', 'token_claims', { client_id: null }],
  ['an anonymous key', 'Supabase', 'token_audience', { aud: 'anon' }],
  ['a token without oid', 'Entra ID v2', 'token_claims', { oid: null }],
  [
    'a token for another API',
    'Entra ID v2',
    'token_audience',
    { aud: '00000003-0000-0000-c000-000000000000' },
  ],
  ['a token for another API', 'Auth0, default profile', 'token_audience', { aud: ['https://t/api/v2/'] }],
  ['an app by itself', 'Entra ID v2', 'token_service', { scp: null, roles: ['crm.read'] }],
  ['an app that says so', 'Entra ID v2', 'token_service', { idtyp: 'app' }],
  ['an app by itself', 'Entra ID v1', 'token_service', { scp: null, roles: ['crm.read'] }],
  ['an app by itself', 'Auth0, default profile', 'token_service', { sub: 'c1@clients' }],
  ['an app that says so', 'Auth0, default profile', 'token_service', { gty: 'client-credentials' }],
  ['a service account', 'Keycloak', 'token_service', { preferred_username: 'service-account-c1' }],
  ['an app by itself', 'Okta', 'token_service', { sub: 'c1', uid: null }],
  ['an app by itself', 'WorkOS', 'token_service', { sub: 'client_1' }],
  ['an app by itself', 'Ory Hydra', 'token_service', { sub: 'client_1' }],
])('refuses %s of %s as %s', async (_what, name, reason, claims, header = {}) => {
  const { status, event } = await call(name, claims, header)
  expect([status, event?.reason]).toEqual([401, reason])
})

it.each(
  Object.entries(SERVERS).flatMap(([name, { options }]) => (options.tokenType === 'any' ? [name] : [])),
)('takes no token of %s by the type of RFC 9068', async (name) => {
  const { status, event } = await call(name, {}, {}, { tokenType: 'at+jwt' })
  expect([status, event?.reason]).toEqual([401, 'token_type'])
})

it.each<[string, unknown, number]>([
  ['a list', ['crm.read'], 200],
  ['a text', 'openid crm.read', 200],
  ['an empty list', [], 403],
  ['nothing', undefined, 403],
  ['an object', { 'crm.read': true }, 403],
  ['a wildcard', ['*', 'deals:read', 'crm.*'], 403],
])('grants what the table says when the host finds %s for scopes', async (_what, given, expected) => {
  expect((await call('Supabase', {}, {}, { scopesOf: () => given })).status).toBe(expected)
})

it('grants nothing that a server writes elsewhere unless the host says so', async () => {
  const own = { scopesOf: undefined } as unknown as Partial<OAuthIssuer>
  expect((await call('Auth0, RFC 9068 profile with permissions', {}, {}, own)).status).toBe(403)
  expect((await call('Supabase', {}, {}, own)).status).toBe(403)
})

it('answers 503 while the host fails to find the scopes', async () => {
  const scopesOf = () => {
    throw new Error('down')
  }
  expect((await call('Supabase', {}, {}, { scopesOf })).status).toBe(503)
})
