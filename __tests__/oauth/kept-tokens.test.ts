import { inspect } from 'node:util'
import { jest } from '@jest/globals'
import type { OAuthOptions } from 'allv-mcp'
import { CLIENT, signingKey, startIssuer, type TestIssuer } from './issuer.js'
import { type OAuthWorld, SCOPES, startOAuthWorld } from './world.js'

/** What the memory of verified tokens may not do, and what the host is shown of a token. */

let issuer: TestIssuer
let ahead = 0
const hosts: OAuthWorld[] = []
beforeAll(async () => {
  issuer = await startIssuer()
  const base = Date.now()
  jest.spyOn(Date, 'now').mockImplementation(() => base + ahead)
})
beforeEach(() => {
  ahead = 0
})
afterAll(async () => {
  for (const host of hosts) await host.close()
  await issuer.close()
  jest.restoreAllMocks()
})

async function start(oauth: Partial<OAuthOptions>): Promise<OAuthWorld> {
  const host = await startOAuthWorld({ issuers: [{ issuer: issuer.issuer }], ...oauth }, { rateLimit: false })
  hosts.push(host)
  for (const [workspaceId, memberId] of [
    ['ws_acme', 'mem_maria'],
    ['ws_globex', 'mem_lin'],
  ] as const)
    host.world.adapters.members.link({ workspaceId, issuer: issuer.issuer, subject: 'sub_maria', memberId })
  return host
}

it('knows a token for the rules by which it was checked, and no others', async () => {
  const rules = { audience: 'https://api.acme.test', issuer: issuer.issuer }
  const strict = { ...rules, tokenType: 'any' as const, algorithms: ['RS256'] }
  for (const other of [{ ...rules, tokenType: 'at+jwt' as const }, strict]) {
    const host = await start({
      issuers: ({ workspaceId }) => [workspaceId === 'ws_acme' ? { ...rules, tokenType: 'any' } : other],
    })
    const token = await issuer.token({
      header: { typ: 'JWT' },
      claims: { aud: 'https://api.acme.test' },
    })
    expect((await host.post(`Bearer ${token}`)).status).toBe(200)
    expect((await host.post(`Bearer ${token}`, { url: host.endpoint('ws_globex') })).status).toBe(401)
  }
})

it.each([
  ['audience', { audience: 'https://globex.test' }, 401],
  ['scopes', { audience: 'https://api.acme.test', scopesOf: () => [] }, 403],
])(
  'reads the %s of a token that it knows as the workspace says that it now came to',
  async (_, other, status) => {
    const request = { method: 'tools/call', params: { name: 'scoped', arguments: {} } }
    for (const kept of [false, true]) {
      const acme = { issuer: issuer.issuer, audience: 'https://api.acme.test' }
      const host = await start({
        issuers: ({ workspaceId }) => [
          workspaceId === 'ws_acme' ? acme : { issuer: issuer.issuer, ...other },
        ],
      })
      const claims = { aud: 'https://api.acme.test', scope: 'crm.write' }
      const authorization = `Bearer ${await issuer.token({ claims })}`
      for (let i = 0; kept && i < 2; i += 1)
        expect((await host.post(authorization, request)).status).toBe(200)
      const answer = await host.post(authorization, { ...request, url: host.endpoint('ws_globex') })
      expect([kept, answer.status]).toEqual([kept, status])
    }
  },
)

it('keeps no token beyond its end, however long tokens are kept', async () => {
  const host = await start({ cacheSeconds: 300 })
  const token = await issuer.token({
    claims: { aud: host.endpoint(), exp: Math.floor(Date.now() / 1000) + 20 },
  })
  expect((await host.post(`Bearer ${token}`)).status).toBe(200)
  ahead = 60_000
  expect((await host.post(`Bearer ${token}`)).status).toBe(401)
})

it.each([-3600_000, -1])(
  'asks again for a token that it knows when the clock is %d ms back',
  async (back) => {
    const introspection = { endpoint: `${issuer.issuer}/introspect`, ...CLIENT }
    const host = await start({ issuers: [{ issuer: issuer.issuer, introspection }] })
    const claims = { active: true, sub: 'sub_maria', client_id: 'client_1', aud: host.endpoint() }
    const token = `opaque-${back}`
    issuer.active.set(token, { ...claims, exp: Math.floor(Date.now() / 1000) + 300 })
    expect((await host.post(`Bearer ${token}`)).status).toBe(200)
    issuer.active.set(token, { active: false })
    ahead = back
    expect((await host.post(`Bearer ${token}`)).status).toBe(401)
  },
)

it('keeps no token whose signature was checked while its key was withdrawn', async () => {
  let keys: readonly object[] = issuer.keys.map(({ jwk }) => jwk)
  const host = await start({
    issuers: [{ issuer: issuer.issuer, jwksUri: `${issuer.issuer}/jwks` }],
    // It answers at once, before the check of a signature can end.
    fetch: async () => Response.json({ keys }),
  })
  const exp = Math.floor(Date.now() / 1000) + 3600
  const token = await issuer.token({ claims: { aud: host.endpoint(), exp } })
  expect((await host.post(`Bearer ${token}`)).status).toBe(200)
  keys = [(await signingKey('key_2')).jwk]
  ahead = 6 * 60_000
  await host.post(`Bearer ${token}`)
  expect((await host.post(`Bearer ${token}`)).status).toBe(401)
})

it('asks for members and audiences of a token that it knows', async () => {
  let accepted = ['x']
  const host = await start({ audience: () => accepted })
  const token = await issuer.token({ claims: { aud: 'x' } })
  expect((await host.post(`Bearer ${token}`)).status).toBe(200)
  host.world.adapters.members.unlink({ workspaceId: 'ws_acme', issuer: issuer.issuer, subject: 'sub_maria' })
  expect((await host.post(`Bearer ${token}`)).status).toBe(403)
  accepted = ['y']
  expect((await host.post(`Bearer ${token}`)).status).toBe(401)
})

it('compares an audience as a whole', async () => {
  for (const audience of [() => 'api://acme and more' as never, ['api://acme/2'], 'api://acme/2']) {
    const host = await start({ audience })
    const token = await issuer.token({ claims: { aud: 'api://acme' } })
    expect((await host.post(`Bearer ${token}`)).status).not.toBe(200)
  }
})

it.each([undefined, null, 0, '', 'no', {}])(
  'refuses a token when the host answers %j to whether it was revoked',
  async (given) => {
    const host = await start({ isRevoked: () => given as never })
    expect(
      (await host.post(`Bearer ${await issuer.token({ claims: { aud: host.endpoint() } })}`)).status,
    ).toBe(401)
  },
)

it.each([8.64e12 + 1, 1e300])('refuses a token whose end %d is no time', async (exp) => {
  const host = await start({})
  const token = await issuer.token({ claims: { aud: host.endpoint(), exp } })
  expect((await host.post(`Bearer ${token}`)).status).toBe(401)
})

it('shows no part of a token to an adapter, a function of the host or an inspector', async () => {
  const seen: unknown[] = []
  const look = <T>(given: T, answer: unknown): never => {
    seen.push(given)
    return answer as never
  }
  const host = await startOAuthWorld(
    {
      issuers: (query) =>
        look(query, [{ issuer: issuer.issuer, scopesOf: (claims: unknown) => look(claims, ['crm.read']) }]),
      audience: (query) => look(query, [query.resource]),
      isRevoked: (query) => look(query, false),
      scopes: SCOPES,
    },
    { adapt: (adapters) => lookedAt(adapters, seen) },
  )
  hosts.push(host)
  host.world.adapters.members.link({
    workspaceId: 'ws_acme',
    issuer: issuer.issuer,
    subject: 'sub_maria',
    memberId: 'mem_maria',
  })
  const token = await issuer.token({ claims: { aud: host.endpoint() } })
  const request = { method: 'tools/call', params: { name: 'deals_add', arguments: { a: 1, b: 2 } } }
  expect((await host.post(`Bearer ${token}`, request)).status).toBe(200)
  expect((await host.post(`Bearer ${token.slice(0, -9)}AAAAAAAAA`, request)).status).toBe(401)
  const text = inspect([seen, host.world.failures], { depth: 20, showHidden: true, maxStringLength: null })
  expect(text).toContain('mem_maria')
  for (const part of token.split('.')) expect(text).not.toContain(part.slice(0, 40))
})

/** The adapters, each argument of whose methods is kept. */
function lookedAt<T extends object>(adapters: T, seen: unknown[]): T {
  return new Proxy(adapters, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value === 'function')
        return (...args: unknown[]) => {
          seen.push(args)
          return Reflect.apply(value, target, args)
        }
      return typeof value === 'object' && value !== null ? lookedAt(value, seen) : value
    },
  })
}
