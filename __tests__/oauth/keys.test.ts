import type { IncomingMessage, ServerResponse } from 'node:http'
import { jest } from '@jest/globals'
import { signingKey, type TestIssuer } from './issuer.js'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** The keys of the authorization server: outages, rotation, and strangers who want them fetched. The clock is moved; nothing waits. */

let host: OAuthWorld
let ahead = 0
const base = Date.now()

beforeEach(async () => {
  ahead = 0
  jest.spyOn(Date, 'now').mockImplementation(() => base + ahead)
  host = await startOAuthWorld({}, { rateLimit: false })
})
afterEach(async () => {
  await host.close()
  jest.restoreAllMocks()
})

const MINUTE = 60_000
const jwksFetches = () => host.issuer.requests.filter((path) => path === '/jwks').length
/** A token by the moved clock. */
const token = (claims: Readonly<Record<string, unknown>> = {}) => {
  const iat = Math.floor(Date.now() / 1000)
  return host.tokenFor({ iat, exp: iat + 300, ...claims })
}
const status = async (text: string) => (await host.post(`Bearer ${text}`)).status

/** Waits for the background refresh that a request has begun. */
async function refreshed(fetches: number): Promise<void> {
  while (jwksFetches() < fetches) await new Promise((resolve) => setImmediate(resolve))
}

const body =
  (text: string): TestIssuer['fault'] =>
  (_req, res) =>
    res.writeHead(200).end(text)
const FAULTS: readonly (readonly [string, TestIssuer['fault']])[] = [
  ['status 500', 500],
  ['status 404', 404],
  ['a redirect', 302],
  ['no JSON', body('<html>')],
  ['an empty object', body('{}')],
  ['null', body('null')],
  ['a list', body('[]')],
  ['another issuer', body('{"issuer":"https://evil.example"}')],
  ['1 MB', body(`"${'x'.repeat(2 ** 20)}"`)],
  ['a closed connection', (req) => req.socket.destroy()],
  ['no answer', () => {}],
  ['no end of an answer', (_req, res) => void res.writeHead(200).write('{')],
  ['good metadata of another issuer', (req, res) => answer(req, res, { issuer: 'https://evil.example' })],
  [
    'keys on another machine without TLS',
    (req, res) => answer(req, res, { jwks_uri: 'http://192.0.2.1/jwks' }),
  ],
  ['good keys above 64 KiB', (req, res) => answer(req, res, { padding: 'x'.repeat(70_000) })],
]

/** The metadata with other members, and the keys. */
function answer(
  { url }: IncomingMessage,
  res: ServerResponse,
  over: Readonly<Record<string, unknown>>,
): void {
  const { issuer, keys } = host.issuer
  const document = { issuer, jwks_uri: `${issuer}/jwks`, ...over }
  const set = { keys: keys.map(({ jwk }) => jwk), padding: over['padding'] }
  res.writeHead(200).end(JSON.stringify(url === '/jwks' ? set : document))
}

it.each(FAULTS)(
  'answers 503 without a challenge when the server gives %s',
  async (_what, fault) => {
    host.issuer.fault = fault
    const { status, code, challenge, headers } = await host.post(`Bearer ${await token()}`)
    expect([status, code, challenge]).toEqual([503, 'UNAVAILABLE', null])
    expect(headers.get('retry-after')).toBe('5')
    expect(host.issuer.requests).not.toContain('/elsewhere')
    expect(host.world.failures.at(-1)?.error).toBeInstanceOf(Error)
  },
  45_000,
)

it('comes back by itself after an outage', async () => {
  host.issuer.fault = 500
  expect(await status(await token())).toBe(503)
  host.issuer.fault = null
  ahead = 11_000
  expect(await status(await token())).toBe(200)
})

it('asks an authorization server that is down at most once in ten seconds', async () => {
  host.issuer.fault = 500
  for (let i = 0; i < 20; i += 1) expect(await status(await token())).toBe(503)
  // The two addresses of the metadata.
  expect(host.issuer.requests.length).toBe(2)
})

it('works with known keys for an hour while the server is down, and no longer', async () => {
  expect(await status(await token())).toBe(200)
  host.issuer.fault = 500
  ahead = 59 * MINUTE
  expect(await status(await token())).toBe(200)
  await refreshed(2)
  ahead = 61 * MINUTE
  expect(await status(await token())).toBe(503)
})

it('takes a new key with the first token that it signed', async () => {
  expect(await status(await token())).toBe(200)
  host.issuer.keys.unshift(await signingKey('key_2'))
  ahead = 11_000
  expect(await status(await token())).toBe(200)
  expect(jwksFetches()).toBe(2)
})

it('refuses tokens of a withdrawn key after the next refresh, also those that were verified before', async () => {
  const old = await token({ exp: Math.floor(Date.now() / 1000) + 3600 })
  expect(await status(old)).toBe(200)
  host.issuer.keys.splice(0, 1, await signingKey('key_2'))
  ahead = 6 * MINUTE
  await status(old)
  await refreshed(2)
  while ((await status(old)) !== 401) await new Promise((resolve) => setImmediate(resolve))
}, 45_000)

it('fetches keys at most once for 10,000 random key ids', async () => {
  expect(await status(await token())).toBe(200)
  ahead = 11_000
  const key = await signingKey('stranger')
  const before = jwksFetches()
  for (let i = 0; i < 10_000; i += 50) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, j) => {
        const forged = await host.issuer.token({
          key,
          header: { kid: `k${i + j}` },
          claims: { aud: host.endpoint() },
        })
        return status(forged)
      }),
    )
    expect(new Set(answers)).toEqual(new Set([401]))
  }
  expect(jwksFetches() - before).toBeLessThanOrEqual(1)
  expect(await status(await token())).toBe(200)
})

it('tries the keys of a set for a token that names none', async () => {
  host.issuer.keys.push(await signingKey('key_2'), await signingKey('key_3'))
  for (const key of host.issuer.keys) {
    const unnamed = await host.issuer.token({
      key,
      header: { kid: undefined },
      claims: { aud: host.endpoint() },
    })
    expect(await status(unnamed)).toBe(200)
  }
  const stranger = await host.issuer.token({
    key: await signingKey('x'),
    header: { kid: undefined },
    claims: { aud: host.endpoint() },
  })
  expect(await status(stranger)).toBe(401)
})

it('checks a signature once in thirty seconds, and the end of a token each time', async () => {
  const text = await token({ exp: Math.floor(Date.now() / 1000) + 20 })
  expect(await status(text)).toBe(200)
  ahead = 19_000
  expect(await status(text)).toBe(200)
  ahead = 51_000
  expect(await status(text)).toBe(401)
})

it('tries no more than four keys for a token that names none', async () => {
  for (const kid of ['key_2', 'key_3', 'key_4', 'key_5', 'key_6'])
    host.issuer.keys.push(await signingKey(kid))
  const last = host.issuer.keys.at(-1)
  if (last === undefined) throw new Error('there is no key')
  const claims = { aud: host.endpoint() }
  expect(await status(await host.issuer.token({ key: last, header: { kid: undefined }, claims }))).toBe(401)
  expect(await status(await host.issuer.token({ key: last, claims }))).toBe(200)
})

it('says nothing of a token with an unknown key while the keys cannot be fetched', async () => {
  expect(await status(await token())).toBe(200)
  host.issuer.fault = 500
  ahead = 11_000
  const key = await signingKey('key_new')
  const unknown = await host.issuer.token({ key, claims: { aud: host.endpoint() } })
  for (let i = 0; i < 3; i += 1) expect(await status(unknown)).toBe(503)
  expect(await status(await token())).toBe(200)
})

it('keeps no keys for longer because the clock was set back', async () => {
  expect(await status(await token())).toBe(200)
  host.issuer.fault = 500
  ahead = -61 * MINUTE
  expect(await status(await token())).toBe(503)
})

it('takes only the algorithms that the host lists', async () => {
  const { issuer } = host
  const other = await startOAuthWorld({ issuers: [{ issuer: issuer.issuer, algorithms: ['RS256'] }] })
  try {
    const text = await issuer.token({ claims: { aud: other.endpoint() } })
    expect((await other.post(`Bearer ${text}`)).status).toBe(401)
    expect(other.world.adapters.audit.events.at(-1)?.reason).toBe('token_algorithm')
  } finally {
    await other.close()
  }
})

it('works without the metadata when the host says where the keys are', async () => {
  const { issuer } = host
  const other = await startOAuthWorld({
    issuers: [{ issuer: issuer.issuer, jwksUri: `${issuer.issuer}/jwks` }],
  })
  try {
    other.world.adapters.members.link({
      workspaceId: 'ws_acme',
      issuer: issuer.issuer,
      subject: 'sub_maria',
      memberId: 'mem_maria',
    })
    issuer.requests.length = 0
    const text = await issuer.token({ claims: { aud: other.endpoint() } })
    expect((await other.post(`Bearer ${text}`)).status).toBe(200)
    expect(issuer.requests).toEqual(['/jwks'])
  } finally {
    await other.close()
  }
})
