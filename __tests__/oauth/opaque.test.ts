import { inspect } from 'node:util'
import { generateApiKey } from 'allv-mcp'
import { CLIENT, startIssuer, type TestIssuer } from './issuer.js'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** Opaque tokens: RFC 7662. */

let server: TestIssuer
let host: OAuthWorld
beforeAll(async () => {
  server = await startIssuer()
  const { issuer } = server
  host = await startOAuthWorld({
    issuers: [{ issuer, introspection: { endpoint: `${issuer}/introspect`, ...CLIENT } }],
  })
  const { members } = host.world.adapters
  members.link({ workspaceId: 'ws_acme', issuer, subject: 'sub_maria', memberId: 'mem_maria' })
})
afterAll(async () => {
  await host.close()
  await server.close()
})

let count = 0
function opaque(claims: Readonly<Record<string, unknown>> = {}): string {
  count += 1
  const token = `opaque-${count}-${'x'.repeat(30)}`
  const exp = Math.floor(Date.now() / 1000) + 300
  const all: Record<string, unknown> = {
    active: true,
    sub: 'sub_maria',
    client_id: 'client_1',
    aud: host.endpoint(),
    iss: server.issuer,
    exp,
    scope: 'crm.read',
    ...claims,
  }
  for (const name of Object.keys(all)) if (all[name] === null) delete all[name]
  server.active.set(token, all)
  return token
}

it('lets an active token work, and asks once in thirty seconds', async () => {
  const token = opaque()
  const before = server.requests.length
  for (let i = 0; i < 5; i += 1) expect((await host.post(`Bearer ${token}`)).status).toBe(200)
  expect(server.requests.length - before).toBe(1)
})

it.each([
  ['token_inactive', { active: false }],
  ['token_audience', { aud: null }],
  ['token_audience', { aud: 'https://other.example' }],
  ['token_issuer', { iss: 'https://other.example' }],
  ['token_claims', { exp: null }],
  ['token_claims', { exp: 'soon' }],
  ['token_expired', { exp: 1 }],
  ['token_not_yet_valid', { nbf: 99_999_999_999 }],
  ['token_not_yet_valid', { iat: 99_999_999_999 }],
  ['token_too_old', { iat: 1 }],
  ['token_claims', { sub: null }],
  ['token_claims', { client_id: null }],
  ['token_type', { token_type: 'refresh_token' }],
  ['token_service', { sub: 'client_1' }],
  ['token_binding', { token_type: 'DPoP' }],
])('refuses a token for its %s: %j', async (reason, claims) => {
  const { status, challenge } = await host.post(`Bearer ${opaque(claims)}`)
  expect([status, challenge?.includes('error="invalid_token"')]).toEqual([401, true])
  expect(host.world.adapters.audit.events.at(-1)?.reason).toBe(reason)
})

it('remembers an unknown token for a moment', async () => {
  const before = server.requests.length
  for (let i = 0; i < 5; i += 1) expect((await host.post('Bearer unknown-token')).status).toBe(401)
  expect(server.requests.length - before).toBe(1)
})

it.each([401, 403, 500, 302])(
  'answers 503 when the endpoint answers %d, and shows no secret',
  async (fault) => {
    server.fault = fault
    try {
      const { status, challenge } = await host.post(`Bearer ${opaque()}`)
      expect([status, challenge]).toEqual([503, null])
      const failure = host.world.failures.at(-1)?.error
      expect(failure).toBeInstanceOf(Error)
      expect(
        String(failure) + String((failure as Error).stack) + String((failure as Error).cause),
      ).not.toContain(CLIENT.clientSecret)
    } finally {
      server.fault = null
    }
  },
)

it('repeats nothing of an answer that is no JSON', async () => {
  server.fault = (_req, res) => res.writeHead(200).end('a-token is unknown')
  try {
    expect((await host.post(`Bearer ${opaque()}`)).status).toBe(503)
    expect(inspect(host.world.failures.at(-1), { depth: 9 })).not.toContain('a-token')
  } finally {
    server.fault = null
  }
})

it.each(['Bearer', 'DPoP'])(
  'shows no key, also one with a typing error, to the server: %s',
  async (scheme) => {
    const { key } = generateApiKey()
    const before = server.requests.length
    for (const text of [key, key.slice(0, -1), `${key}x`, key.replace('_live_', '_test_')])
      expect((await host.post(`${scheme} ${text}`)).status).toBe(401)
    expect(server.requests.length).toBe(before)
  },
)

it('answers 503 for an answer that is no verdict, and asks for no key of the library', async () => {
  server.fault = (_req, res) => res.writeHead(200).end('{}')
  try {
    expect((await host.post(`Bearer ${opaque()}`)).status).toBe(503)
    const { key, digest } = generateApiKey()
    expect(digest).toHaveLength(64)
    expect((await host.post(`Bearer ${key}`)).status).toBe(401)
  } finally {
    server.fault = null
  }
})

it('takes a key of the form of the library as a key, and other keys in x-api-key', async () => {
  const before = server.requests.length
  const headers = { 'x-api-key': 'sk_test_acme', 'x-allv-user-id': 'mem_maria' }
  expect((await host.post(null, { headers })).status).toBe(200)
  expect(server.requests.length).toBe(before)
})

it('verifies a JWT of the same server by its signature, and does not ask for it', async () => {
  const before = server.requests.filter((path) => path === '/introspect').length
  const token = await server.token({ claims: { aud: host.endpoint() } })
  expect((await host.post(`Bearer ${token}`)).status).toBe(200)
  expect(server.requests.filter((path) => path === '/introspect').length).toBe(before)
})
