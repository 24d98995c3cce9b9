import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import type { Result } from '../../../lib/cli/doctor/examination/examine.js'
import type { ExamineOptions } from '../../../lib/cli/doctor/kit/target.js'
import { startIssuer, type TestIssuer } from '../../oauth/issuer.js'
import { findings, idsWith, PATH, resultsOf } from '../../support/examined.js'
import { runCli } from '../../support/terminal.js'
import { createWorld } from '../../support/world.js'

/** An address where people sign in: what a client finds there, what the authorization server publishes, and a token. */

interface Host {
  readonly issuer: TestIssuer
  readonly origin: string
  readonly url: string
  close(): Promise<void>
}

interface HostOptions {
  /** In front of the library. */
  readonly before?: RequestHandler
  readonly oauth?: Readonly<Record<string, unknown>> | null
  readonly publicPath?: string
  /** The metadata of the authorization server, changed. */
  readonly document?: (issuer: string) => Readonly<Record<string, unknown>>
  readonly keys?: readonly object[]
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

async function startHost(options: HostOptions = {}): Promise<Host> {
  const { before = (_req, _res, next) => next(), oauth = {}, publicPath = '/api', document, keys } = options
  const issuer = await startIssuer()
  issuer.fault = (req, res) => {
    const own = {
      issuer: issuer.issuer,
      jwks_uri: `${issuer.issuer}/jwks`,
      registration_endpoint: `${issuer.issuer}/reg`,
      code_challenge_methods_supported: ['S256'],
      ...document?.(issuer.issuer),
    }
    const isKeys = req.url === '/jwks'
    res.writeHead(isKeys || req.url === '/.well-known/oauth-authorization-server' ? 200 : 404)
    res.end(JSON.stringify(isKeys ? { keys: keys ?? issuer.keys.map(({ jwk }) => jwk) } : own))
  }
  const app = express()
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const scopes = { 'crm.read': { grants: ['deals:read', 'memory:read'], default: true } }
  const world = createWorld({
    publicUrl: `${origin}${publicPath}`,
    ...(oauth === null ? {} : { oauth: { issuers: [{ issuer: issuer.issuer }], scopes, ...oauth } }),
  })
  const identity = { workspaceId: 'ws_acme', issuer: issuer.issuer, subject: 'sub_maria' }
  world.adapters.members.link({ ...identity, memberId: 'mem_maria' })
  const router = world.router()
  app.use(before, router.wellKnown)
  app.use('/api', router)
  return {
    issuer,
    origin,
    url: `${origin}${PATH}/oauth`,
    async close() {
      server.close()
      server.closeAllConnections()
      await router.close()
      await issuer.close()
    },
  }
}

const LOGIN = { oauth: true, slowMs: 8000 } satisfies ExamineOptions

/** Only the checks of the login, unless `options` say more. */
async function examined(
  host: HostOptions,
  options: (host: Host) => Promise<ExamineOptions> = async () => ({ only: ['oauth'] }),
): Promise<readonly Result[]> {
  const running = await startHost(host)
  try {
    return await resultsOf(running.url, { ...LOGIN, ...(await options(running)) })
  } finally {
    await running.close()
  }
}

const withToken =
  (claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}) =>
  async ({ issuer, url }: Host): Promise<ExamineOptions> => ({
    key: await issuer.token({ claims: { aud: url, ...claims }, header }),
    isToken: true,
  })

it('finds nothing wrong with a login, without a token', async () => {
  const results = await examined({})
  expect(findings(results)).toEqual([])
  const login = results.filter(({ group }) => group === 'OAuth')
  expect(login.map(({ status }) => status)).toEqual(Array(9).fill('pass'))
})

it('finds nothing wrong with a good token, and examines everything else with it', async () => {
  const results = await examined({}, withToken())
  expect(findings(results)).toEqual([])
  expect(idsWith('pass', results)).toEqual(
    expect.arrayContaining(['access.key', 'access.member', 'protocol.era-2026', 'tools.list', 'oauth.keys']),
  )
})

const changed = (change: Readonly<Record<string, unknown>>) => ({ document: () => change })
const page: RequestHandler = (_req, res) => void res.status(200).send('<html>the app</html>')
const at =
  (path: string, then: RequestHandler): RequestHandler =>
  (req, res, next) =>
    req.path === path ? then(req, res, next) : next()
const header =
  (change: (value: string) => string): RequestHandler =>
  (_req, res, next) => {
    const original = res.writeHead
    res.writeHead = ((status: number, headers: Record<string, string> = {}) => {
      const name = Object.keys(headers).find((one) => one.toLowerCase() === 'www-authenticate')
      const value = name === undefined ? res.getHeader('www-authenticate') : headers[name]
      const rest = { ...headers }
      if (name !== undefined) delete rest[name]
      if (value !== undefined) res.setHeader('WWW-Authenticate', change(String(value)))
      return original.call(res, status, rest)
    }) as typeof res.writeHead
    next()
  }

it.each<readonly [string, HostOptions, RegExp]>([
  ['a host without OAuth', { oauth: null }, /^fail oauth\.challenge: 404/],
  [
    'a header without the address of the metadata',
    { before: header((value) => value.replace(/, resource_metadata="[^"]*"/, '')) },
    /^fail oauth\.challenge: 401, Bearer/,
  ],
  [
    'a header without scopes',
    { before: header((value) => value.replace(/scope="[^"]*", /, '')) },
    /^warn oauth\.challenge: no scope in Bearer/,
  ],
  [
    'metadata without an authorization server',
    {
      before: at(`${WELL_KNOWN}${PATH}/oauth`, (_req, res) => void res.json({ resource: 'https://a.test' })),
    },
    /^fail oauth\.metadata: .* answers 200/,
  ],
  [
    'a publicUrl with another path',
    { oauth: { metadataAt: 'mount' }, publicPath: '/outer' },
    /^fail access\.metadata/,
  ],
  [
    'metadata of another address',
    {
      before: at(
        `${WELL_KNOWN}${PATH}/oauth`,
        (_req, res) =>
          void res.json({ resource: 'https://a.test', authorization_servers: ['https://b.test'] }),
      ),
    },
    /^fail oauth\.resource: resource is https:\/\/a\.test/,
  ],
  [
    'an app that answers in place of the metadata at the origin',
    { oauth: { metadataAt: 'mount' }, before: at(`${WELL_KNOWN}${PATH}/oauth`, page) },
    /^warn oauth\.well-known: .* answers 200/,
  ],
  ['a page at the root', { before: at(WELL_KNOWN, page) }, /^warn oauth\.root: .* answers 200/],
  [
    'an issuer with another slash',
    { document: (issuer) => ({ issuer: `${issuer}/` }) },
    /^fail oauth\.server: .*names another issuer/,
  ],
  [
    'a server without PKCE',
    changed({ code_challenge_methods_supported: ['plain'] }),
    /^fail oauth\.pkce: .* does not list S256/,
  ],
  [
    'a server that takes no unknown clients',
    changed({ registration_endpoint: null }),
    /^warn oauth\.registration: .* does neither/,
  ],
  [
    'a server with keys for encryption only',
    { keys: [{ kty: 'EC', use: 'enc' }] },
    /^fail oauth\.keys: .*no public key/,
  ],
  [
    'a server whose keys are elsewhere',
    { document: (issuer) => ({ jwks_uri: `${issuer}/moved` }) },
    /^fail oauth\.keys: .*status 404/,
  ],
])('names %s', async (_, host, expected) => {
  const results = await examined(host)
  const [first] = findings(results)
  expect(first).toMatch(expected)
  const found = results.find(({ status }) => status === 'fail' || status === 'warn')
  expect([found?.expected, found?.cure]).toEqual([
    expect.stringMatching(/\w{3}/),
    expect.stringMatching(/\w{3}.*\.$/),
  ])
})

it('names a slash at the end of the address', async () => {
  const running = await startHost()
  const results = await resultsOf(`${running.url}/`, { ...LOGIN, only: ['oauth.resource'] })
  await running.close()
  expect(results.find(({ id }) => id === 'oauth.resource')?.cure).toContain('without the slash at the end')
})

it.each<readonly [string, ReturnType<typeof withToken>, RegExp, RegExp]>([
  [
    'for another address',
    withToken({ aud: 'https://other.test/mcp' }),
    /^fail access\.key/,
    /audience is "https:\/\/other/,
  ],
  [
    'that has ended',
    withToken({ exp: 1_700_000_000, iat: 1_699_999_000 }),
    /^fail access\.key/,
    /ended at 2023-11-14/,
  ],
  ['of another kind', withToken({}, { typ: 'JWT' }), /^fail access\.key/, /typ is "JWT"/],
  [
    'of another issuer',
    withToken({ iss: 'https://evil.test' }),
    /^fail access\.key/,
    /Nothing in the token itself/,
  ],
  [
    'of a person who is no member',
    withToken({ sub: 'sub_nobody' }),
    /^fail access\.member/,
    /members\.findBySubject/,
  ],
])('names a token %s', async (_, options, expected, cure) => {
  const results = await examined({}, async (host) => ({ ...(await options(host)), only: ['access'] }))
  expect(findings(results)).toEqual([expect.stringMatching(expected)])
  expect(results.find(({ status }) => status === 'fail')?.cure).toMatch(cure)
})

it('examines no login where none was asked for', async () => {
  const running = await startHost()
  const results = await resultsOf(`${running.origin}${PATH}`, { only: ['oauth'] })
  await running.close()
  expect(running.issuer.requests).toEqual([])
  const login = results.filter(({ group }) => group === 'OAuth')
  expect(new Set(login.map(({ status }) => status))).toEqual(new Set(['skip']))
})

it('sends the token to the endpoint only, and shows it nowhere', async () => {
  const running = await startHost()
  const token = await running.issuer.token({ claims: { aud: running.url } })
  const seen: string[] = []
  const { fault } = running.issuer
  running.issuer.fault = (req, res) => {
    seen.push(JSON.stringify([req.url, req.headers]))
    if (typeof fault === 'function') fault(req, res)
  }
  const { out, err, code } = await runCli(
    ['doctor', running.url, '--token-env', 'TOKEN', '--allow-http', '-v'],
    {
      env: { TOKEN: token, ALLV_API_KEY: 'sk_test_not_used' },
    },
  )
  await running.close()
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain(`with the token …${token.slice(-4)}`)
  expect(out).toContain('oauth.keys')
  expect(seen.length).toBeGreaterThan(1)
  for (const text of [out, ...seen]) expect(text).not.toContain(token)
})

it('asks no server on this machine for an endpoint elsewhere', async () => {
  const elsewhere = 'http://agent.example.test'
  const own: { host?: Host } = {}
  const inner = header((value) => value.replace('http://127.0.0.1', elsewhere))
  const named = at(`${WELL_KNOWN}${PATH}/oauth`, (_req, res) => {
    const resource = own.host?.url.replace('http://127.0.0.1', elsewhere)
    res.json({ resource, authorization_servers: [own.host?.issuer.issuer] })
  })
  const running = await startHost({
    before: (req, res, next) => inner(req, res, () => named(req, res, next)),
  })
  own.host = running
  const results = await resultsOf(running.url.replace('http://127.0.0.1', elsewhere), {
    ...LOGIN,
    allowHttp: true,
    only: ['oauth.server'],
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  })
  await running.close()
  expect(results.find(({ id }) => id === 'oauth.server')).toMatchObject({
    status: 'fail',
    seen: expect.stringContaining('its address is no https URL'),
  })
  expect(running.issuer.requests).toEqual([])
})

it.each([
  [['--token-env', 'TOKEN', '--key', 'sk_test_x'], /a key or an access token, not both/],
  [['--token-env', 'MISSING'], /--token-env is not set/],
])('refuses the words %j', async (words, expected) => {
  const { code, err } = await runCli(['doctor', 'https://agent.example.test/mcp/oauth', ...words], {
    env: { TOKEN: 'x' },
  })
  expect([code, err]).toEqual([2, expect.stringMatching(expected)])
})
