import { createHash, randomBytes } from 'node:crypto'
import { type Example, startExample } from './example.js'
import { HOSTED_CLIENTS, type HostedClient } from './hosted-clients.js'

/** Clients that cannot run here: their requests, one after the other, up to a call. */

const DOCUMENT = 'https://zed.dev/oauth/client-metadata.json'
let example: Example
let fetched: string[] = []
beforeAll(async () => {
  const document = {
    client_id: DOCUMENT,
    client_name: 'Zed by its document',
    redirect_uris: ['http://127.0.0.1:27523/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  }
  example = await startExample({
    fetch: async (url) => {
      fetched.push(String(url))
      return Response.json(document)
    },
  })
})
beforeEach(() => {
  fetched = []
})
afterAll(() => example.close())

const json = async (response: Response) => (await response.json()) as Record<string, unknown>

it.each(HOSTED_CLIENTS.map((client) => [client.name, client] as const))(
  'lets %s find its way, register, sign a person in, and call',
  async (_, client) => {
    for (const [method, path, status] of client.probes) {
      const url = `${example.origin}${path.replace('PATH', new URL(example.endpoint()).pathname)}`
      const response = await fetch(url, { method, redirect: 'manual' })
      expect([method, path, response.status]).toEqual([method, path, status])
      if (status !== 401 && method === 'GET')
        expect(response.headers.get('content-type')).toMatch(/^application\/json/)
      if (status === 401) expect(response.headers.get('www-authenticate')).toContain('resource_metadata="')
    }
    const registered = await fetch(`${example.issuer}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(client.registration),
    })
    expect(registered.status).toBe(201)
    const { client_id: id } = await json(registered)
    const token = await signIn(String(id), client)
    await expectToWork(token)
  },
)

it('takes a client by its metadata document, without registration', async () => {
  const redirectUri = 'http://127.0.0.1:27523/callback'
  await expectToWork(await signIn(DOCUMENT, { redirectUri }))
  expect(fetched).toEqual([DOCUMENT])
})

it('publishes what clients check before they use an authorization server', async () => {
  const {
    authorization_servers: servers,
    resource,
    scopes_supported: scopes,
  } = await json(
    await fetch(
      `${example.origin}/.well-known/oauth-protected-resource${new URL(example.endpoint()).pathname}`,
    ),
  )
  expect([servers, resource, scopes]).toEqual([
    [example.issuer],
    example.endpoint(),
    ['crm.read', 'memory.read'],
  ])
  const metadata = await json(await fetch(`${example.issuer}/.well-known/oauth-authorization-server`))
  expect(metadata).toMatchObject({
    issuer: example.issuer,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    registration_endpoint: `${example.issuer}/reg`,
    grant_types_supported: expect.arrayContaining(['authorization_code', 'refresh_token']),
    token_endpoint_auth_methods_supported: expect.arrayContaining(['none']),
  })
})

it.each([
  [
    'a redirect URI that was not registered',
    { redirect_uri: 'https://evil.example/callback' },
    /redirect_uri/,
  ],
  ['the endpoint with a slash at its end', { resource: 'SLASH' }, /invalid_target/],
  ['another site as the resource', { resource: 'https://other.example/mcp' }, /invalid_target/],
  ['no PKCE', { code_challenge: '' }, /code_challenge|PKCE/i],
])('refuses %s', async (_, params, expected) => {
  const { registration } = HOSTED_CLIENTS[0] ?? {}
  const registered = await fetch(`${example.issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(registration),
  })
  const { client_id: id } = await json(registered)
  const given = Object.entries(params).map(([name, value]) => [
    name,
    value === 'SLASH' ? `${example.endpoint()}/` : value,
  ])
  const url = addressOf({
    client_id: String(id),
    redirect_uri: 'https://claude.ai/api/mcp/auth_callback',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    ...Object.fromEntries(given),
  })
  const response = await fetch(url, { redirect: 'manual' })
  const answer = decodeURIComponent(`${response.headers.get('location') ?? ''} ${await response.text()}`)
  expect(answer).toMatch(expected)
  expect(answer).not.toContain('/interaction/')
})

function addressOf(params: Readonly<Record<string, string>>): URL {
  const url = new URL(`${example.issuer}/auth`)
  const all = {
    response_type: 'code',
    code_challenge_method: 'S256',
    state: 'a state',
    scope: 'crm.read memory.read',
    resource: example.endpoint(),
    ...params,
  }
  url.search = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== '')).toString()
  return url
}

/** Gives the access token. */
async function signIn(
  clientId: string,
  { redirectUri, leavesOut = [] }: Pick<HostedClient, 'redirectUri' | 'leavesOut'>,
): Promise<string> {
  const verifier = randomBytes(32).toString('base64url')
  const url = addressOf({
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...Object.fromEntries(leavesOut.map((name) => [name, ''])),
  })
  const back = await example.browser().visit(url, redirectUri)
  expect([back.searchParams.get('state'), back.searchParams.get('iss')]).toEqual(['a state', example.issuer])
  const answer = await fetch(`${example.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: verifier,
    }),
  })
  const tokens = await json(answer)
  expect([answer.status, tokens]).toEqual([
    200,
    expect.objectContaining({ access_token: expect.any(String), refresh_token: expect.any(String) }),
  ])
  return String(tokens['access_token'])
}

async function expectToWork(token: string): Promise<void> {
  const response = await fetch(example.endpoint(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'deals_search', arguments: { query: 'magnet' } },
    }),
  })
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Giant magnet')])
}
