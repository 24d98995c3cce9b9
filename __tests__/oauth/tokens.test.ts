import { SignJWT } from 'jose'
import { signingKey, type TokenShape } from './issuer.js'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** Which tokens are accepted at a workspace's endpoint, and what the refused ones are answered. */

let host: OAuthWorld
beforeAll(async () => {
  host = await startOAuthWorld({}, { rateLimit: false })
})
afterAll(() => host.close())

const now = () => Math.floor(Date.now() / 1000)
const metadataUrl = () =>
  `${host.origin}/.well-known/oauth-protected-resource/api/workspaces/ws_acme/mcp/oauth`
const badToken = () =>
  `Bearer realm="allv", error="invalid_token", scope="crm.read memory.read", resource_metadata="${metadataUrl()}"`
const lastReason = () => host.world.adapters.audit.events.at(-1)?.reason

it('lets a token of a member work as that member', async () => {
  const { status, json } = await host.post(`Bearer ${await host.tokenFor()}`)
  expect(status).toBe(200)
  expect(json.result?.['tools']).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'agent_read_memory' })]),
  )
  expect(host.world.adapters.audit.events.at(-1)).toMatchObject({
    type: 'tools.listed',
    memberId: 'mem_maria',
    credentialKind: 'oauth',
  })
})

it.each(['Bearer', 'bearer', 'BEARER'])('takes the scheme as %s', async (scheme) => {
  expect((await host.post(`${scheme} ${await host.tokenFor()}`)).status).toBe(200)
})

it('answers a request without a credential with the scopes to ask for and where the metadata is', async () => {
  const { status, challenge, code } = await host.post(null)
  expect([status, code]).toEqual([401, 'UNAUTHENTICATED'])
  expect(challenge).toBe(
    `Bearer realm="allv", scope="crm.read memory.read", resource_metadata="${metadataUrl()}"`,
  )
})

const CLAIMS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['token_audience', { aud: 'https://other.example.com' }],
  ['token_audience', { aud: null }],
  ['token_audience', { aud: [] }],
  ['token_audience', { aud: [['x']] }],
  ['token_issuer', { iss: 'https://other.example.com' }],
  ['token_issuer', { iss: null }],
  ['token_issuer', { iss: ['x'] }],
  ['token_expired', { exp: now() - 31 }],
  ['token_claims', { exp: null }],
  ['token_claims', { exp: 'tomorrow' }],
  ['token_not_yet_valid', { nbf: now() + 90 }],
  ['token_not_yet_valid', { iat: now() + 3600, exp: now() + 7200 }],
  ['token_too_old', { iat: now() - 2 * 86_400, exp: now() + 300 }],
  ['token_too_old', { iat: now() - 10 * 365 * 86_400, exp: now() + 10 * 365 * 86_400 }],
  ['token_claims', { iat: null }],
  ['token_claims', { sub: null }],
  ['token_claims', { sub: '' }],
  ['token_claims', { sub: 7 }],
  ['token_claims', { sub: 'x'.repeat(513) }],
  ['token_claims', { sub: 'a\0b' }],
  ['token_claims', { client_id: null }],
  ['token_claims', { client_id: '' }],
  ['token_claims', { client_id: 'x'.repeat(513) }],
  ['token_service', { sub: 'client_1' }],
  ['token_binding', { cnf: { jkt: 'x' } }],
  ['token_binding', { cnf: { 'x5t#S256': 'x' } }],
  ['token_binding', { cnf: 'x' }],
  ['token_binding', { cnf: {} }],
]

it.each(CLAIMS)('refuses a token for its %s: %j', async (reason, claims) => {
  const { status, challenge, code } = await host.post(`Bearer ${await host.tokenFor(claims)}`)
  expect([status, code, challenge]).toEqual([401, 'UNAUTHENTICATED', badToken()])
  expect(lastReason()).toBe(reason)
})

it('refuses a token of one workspace at another', async () => {
  const token = await host.tokenFor({}, 'ws_globex')
  expect((await host.post(`Bearer ${token}`)).status).toBe(401)
  const { status, code } = await host.post(`Bearer ${token}`, { url: host.endpoint('ws_globex') })
  // The audience fits there, and Maria is nobody there.
  expect([status, code]).toEqual([403, 'MEMBER_NOT_ALLOWED'])
})

const SHAPES: readonly (readonly [string, string, () => Promise<TokenShape>])[] = [
  ['an ID token', 'token_type', async () => ({ header: { typ: 'JWT' } })],
  ['no type', 'token_type', async () => ({ header: { typ: undefined } })],
  ['a DPoP proof', 'token_type', async () => ({ header: { typ: 'dpop+jwt' } })],
  ['an ID-JAG', 'token_type', async () => ({ header: { typ: 'oauth-id-jag+jwt' } })],
  ['a key that is not published', 'token_unknown_key', async () => ({ key: await signingKey('key_9') })],
  ['a key of the same name', 'token_signature', async () => ({ key: await signingKey('key_1') })],
  ['an unknown critical header', 'token_malformed', async () => ({ header: { crit: ['x'], x: 1 } })],
]

it.each(SHAPES)('refuses %s', async (_what, reason, shape) => {
  const { claims, ...rest } = await shape()
  const token = await host.issuer
    .token({ ...rest, claims: { aud: host.endpoint(), ...claims } })
    .catch(async () => withCrit())
  const { status, challenge } = await host.post(`Bearer ${token}`)
  expect([status, challenge]).toEqual([401, badToken()])
  expect(lastReason()).toBe(reason)
})

/** jose itself refuses to sign such a header. */
async function withCrit(): Promise<string> {
  const [, body, signature] = (await host.tokenFor()).split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'key_1', typ: 'at+jwt', crit: ['x'], x: 1 }))
  return [header.toString('base64url'), body, signature].join('.')
}

it('refuses symmetric and unsigned tokens, also with the public key as secret', async () => {
  const claims = { iss: host.issuer.issuer, sub: 'sub_maria', client_id: 'c', aud: host.endpoint() }
  const publicKey = new TextEncoder().encode(JSON.stringify(host.issuer.keys[0]?.jwk))
  const symmetric = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'key_1', typ: 'at+jwt' })
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(publicKey)
  const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${symmetric.split('.')[1]}.`
  for (const token of [symmetric, unsigned, unsigned.replace(/\.$/, '.x')]) {
    const { status, challenge } = await host.post(`Bearer ${token}`)
    expect([status, challenge]).toEqual([401, badToken()])
  }
})

it('fetches no key from where a token says it is', async () => {
  const fetched = host.issuer.requests.length
  const key = await signingKey('key_1')
  for (const header of [
    { jku: `${host.issuer.issuer}/evil` },
    { x5u: `${host.issuer.issuer}/evil` },
    { jwk: key.jwk },
  ]) {
    const token = await host.issuer.token({ key, header, claims: { aud: host.endpoint() } })
    expect((await host.post(`Bearer ${token}`)).status).toBe(401)
  }
  expect(host.issuer.requests.slice(fetched).filter((path) => path !== '/jwks')).toEqual([])
})

it.each([
  ['sub_nobody', 'no_member'],
  ['sub_ivan', 'no_member'],
  ['sub_lin', 'no_member'],
])('answers %s, who is no active member here, without a challenge', async (sub, reason) => {
  const { status, challenge, code } = await host.post(`Bearer ${await host.tokenFor({ sub })}`)
  expect([status, challenge, code]).toEqual([403, null, 'MEMBER_NOT_ALLOWED'])
  expect(lastReason()).toBe(reason)
})

it('finds no member by the e-mail address in a token', async () => {
  const token = await host.tokenFor({ sub: 'sub_evil', email: 'maria@acme.test', email_verified: true })
  expect((await host.post(`Bearer ${token}`)).status).toBe(403)
})

it.each([
  ['x-allv-user-id', 'mem_maria', 200],
  ['x-allv-user-email', 'MARIA@acme.test', 200],
  ['x-allv-user-id', 'mem_omar', 400],
  ['x-allv-user-id', 'mem_nobody', 400],
  ['x-allv-user-email', 'omar@acme.test', 400],
])('lets %s: %s only agree with the token', async (header, value, expected) => {
  const { status, code } = await host.post(`Bearer ${await host.tokenFor()}`, {
    headers: { [header]: value },
  })
  expect([status, code]).toEqual([expected, expected === 200 ? undefined : 'MEMBER_AMBIGUOUS'])
})

it('refuses a token beside a key', async () => {
  const { status, code } = await host.post(`Bearer ${await host.tokenFor()}`, {
    headers: { 'x-api-key': 'sk_test_acme' },
  })
  expect([status, code]).toEqual([400, 'CREDENTIALS_AMBIGUOUS'])
})

it('takes keys at the endpoint for tokens too, and answers a bad one as a bad key', async () => {
  const headers = { 'x-allv-user-id': 'mem_maria' }
  const good = await host.post(null, { headers: { ...headers, 'x-api-key': 'sk_test_acme' } })
  const bad = await host.post(null, { headers: { ...headers, 'x-api-key': 'sk_test_acme_revoked' } })
  expect([good.status, bad.status, bad.challenge]).toEqual([
    200,
    401,
    'Bearer realm="allv", error="invalid_token"',
  ])
})

it('takes no token at the endpoint for keys, and names no metadata there', async () => {
  const url = `${host.origin}/api/workspaces/ws_acme/mcp`
  const { status, challenge } = await host.post(`Bearer ${await host.tokenFor()}`, { url })
  expect([status, challenge]).toEqual([401, 'Bearer realm="allv", error="invalid_token"'])
  expect((await host.post(null, { url })).challenge).toBe('Bearer realm="allv"')
})

it('answers a GET with the challenge first, since some clients look for it there', async () => {
  expect(await host.post(null, { http: 'GET' })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
  expect(await host.post(`Bearer ${await host.tokenFor()}`, { http: 'GET' })).toMatchObject({ status: 405 })
  expect(
    await host.post(null, { http: 'GET', url: `${host.origin}/api/workspaces/ws_acme/mcp` }),
  ).toMatchObject({
    status: 405,
  })
})

it('refuses a token above 8 KiB', async () => {
  const token = await host.tokenFor({ padding: 'x'.repeat(7000) })
  expect(token.length).toBeGreaterThan(8192)
  expect((await host.post(`Bearer ${token}`)).status).toBe(401)
  expect(lastReason()).toBe('token_malformed')
})
