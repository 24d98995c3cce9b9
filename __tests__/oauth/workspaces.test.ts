import { CLIENT, startIssuer, type TestIssuer } from './issuer.js'
import { type OAuthWorld, SCOPES, startOAuthWorld } from './world.js'

/** What keeps workspaces apart where audiences or addresses are shared. */

const servers: TestIssuer[] = []
const hosts: OAuthWorld[] = []
const start = async (...args: Parameters<typeof startOAuthWorld>) => {
  const host = await startOAuthWorld(...args)
  hosts.push(host)
  return host
}
const server = async () => {
  const started = await startIssuer()
  servers.push(started)
  return started
}
afterAll(async () => {
  for (const host of hosts) await host.close()
  for (const one of servers) await one.close()
})

const SHARED = 'https://api.acme.test'

it('keeps tenants apart by their people when they share an audience', async () => {
  const host = await start({ audience: [SHARED, 'https://other.test'] })
  const token = `Bearer ${await host.issuer.token({ claims: { aud: SHARED } })}`
  const at = (workspaceId: string) => host.post(token, { url: host.endpoint(workspaceId) })
  expect((await at('ws_acme')).status).toBe(200)
  const [foreign, unknown] = [await at('ws_globex'), await at('ws_unknown')]
  for (const { status, challenge, code } of [foreign, unknown])
    expect([status, challenge, code]).toEqual([403, null, 'MEMBER_NOT_ALLOWED'])
  const bytes = (answer: typeof foreign) => JSON.stringify(answer.json).replace(/req_\w+/g, 'req')
  expect(bytes(foreign)).toBe(bytes(unknown))
})

it('says the same to a stranger whether MCP is on in a workspace or not', async () => {
  const host = await start(
    { audience: SHARED },
    { adapt: ({ features }) => ({ features: { ...features, isEnabled: async () => false } }) },
  )
  const stranger = await host.issuer.token({ claims: { aud: SHARED, sub: 'sub_stranger' } })
  expect(await host.post(`Bearer ${stranger}`)).toMatchObject({ status: 403, code: 'MEMBER_NOT_ALLOWED' })
  const member = await host.issuer.token({ claims: { aud: SHARED } })
  expect(await host.post(`Bearer ${member}`)).toMatchObject({ status: 403, code: 'FEATURE_DISABLED' })
})

it('asks a function for the audiences of a workspace, and refuses an answer that is no list', async () => {
  let given: unknown = ['api://acme']
  const host = await start({ audience: () => given as string[] })
  const token = `Bearer ${await host.issuer.token({ claims: { aud: 'api://acme' } })}`
  expect((await host.post(token)).status).toBe(200)
  expect((await host.post(`Bearer ${await host.tokenFor()}`)).status).toBe(401)
  given = undefined
  expect((await host.post(token)).status).toBe(503)
})

it('takes tokens without an audience from listed clients only', async () => {
  const host = await start({ audience: { clientIds: ['client_1'] } })
  const post = async (claims: Readonly<Record<string, unknown>>) =>
    (await host.post(`Bearer ${await host.issuer.token({ claims })}`)).status
  expect(await post({})).toBe(200)
  expect(await post({ client_id: null, azp: 'client_1' })).toBe(200)
  expect(await post({ client_id: 'client_2' })).toBe(401)
  expect(await post({ client_id: 'client_2', azp: 'client_1' })).toBe(401)
})

it('trusts an authorization server for the workspaces that it is given for, and no others', async () => {
  const [acme, globex] = [await server(), await server()]
  const host = await start({
    issuers: async ({ workspaceId }) => [{ issuer: (workspaceId === 'ws_acme' ? acme : globex).issuer }],
  })
  const { members } = host.world.adapters
  members.link({ workspaceId: 'ws_acme', issuer: acme.issuer, subject: 'sub_maria', memberId: 'mem_maria' })
  members.link({ workspaceId: 'ws_globex', issuer: globex.issuer, subject: 'sub_lin', memberId: 'mem_lin' })
  const at = async (issuer: TestIssuer, workspaceId: string, sub: string) =>
    (
      await host.post(`Bearer ${await issuer.token({ claims: { aud: host.endpoint(workspaceId), sub } })}`, {
        url: host.endpoint(workspaceId),
      })
    ).status
  expect(await at(acme, 'ws_acme', 'sub_maria')).toBe(200)
  expect(await at(globex, 'ws_globex', 'sub_lin')).toBe(200)
  // The server of Globex forges the people of Acme.
  expect(await at(globex, 'ws_acme', 'sub_maria')).toBe(401)
  expect(await at(acme, 'ws_globex', 'sub_lin')).toBe(401)
  const metadata = await fetch(
    `${host.origin}/.well-known/oauth-protected-resource/api/workspaces/ws_globex/mcp/oauth`,
  )
  expect(await metadata.json()).toMatchObject({ authorization_servers: [globex.issuer] })
})

it.each([
  null,
  [],
  [{}],
  [{ issuer: 'http://id.example.com' }],
  'https://id.example.com',
  [{ issuer: 'x', oops: 1 }],
])('answers 503 while a function gives %j for issuers, and tells the operator', async (given) => {
  const host = await start({ issuers: async () => given as never })
  expect(await host.post(`Bearer ${await host.tokenFor()}`)).toMatchObject({ status: 503, challenge: null })
  expect(String(host.world.failures.at(-1)?.error)).toContain('option oauth.issuers')
  const metadata = await fetch(
    `${host.origin}/.well-known/oauth-protected-resource/api/workspaces/ws_acme/mcp/oauth`,
  )
  expect(metadata.status).toBe(503)
})

it('serves one address for all workspaces, and takes the workspace from the token', async () => {
  const host = await start({
    workspaceOf: ({ org_id: org }) => (typeof org === 'string' ? org : null),
  })
  const url = `${host.origin}/api/mcp`
  const post = async (claims: Readonly<Record<string, unknown>>, request = {}) =>
    host.post(`Bearer ${await host.issuer.token({ claims: { aud: url, ...claims } })}`, { url, ...request })
  expect((await post({ org_id: 'ws_acme' })).status).toBe(200)
  expect(host.world.adapters.audit.events.at(-1)).toMatchObject({
    workspaceId: 'ws_acme',
    memberId: 'mem_maria',
  })
  expect((await post({ org_id: 'ws_globex', sub: 'sub_lin' })).status).toBe(200)
  for (const claims of [{ org_id: 'ws_globex' }, { org_id: 'ws_unknown' }, {}, { org_id: 7 }]) {
    const { status, challenge, code } = await post(claims)
    expect([status, challenge, code]).toEqual([403, null, 'MEMBER_NOT_ALLOWED'])
  }
  expect((await post({ org_id: 'ws_acme', aud: host.endpoint() })).status).toBe(401)
  expect((await host.post(null, { url })).challenge).toContain(
    `resource_metadata="${host.origin}/.well-known/oauth-protected-resource/api/mcp"`,
  )
  const metadata = await fetch(`${host.origin}/.well-known/oauth-protected-resource/api/mcp`)
  expect(await metadata.json()).toMatchObject({ resource: url })
  // A token for this address is none for that of a workspace.
  expect((await post({ org_id: 'ws_acme' }, { url: host.endpoint() })).status).toBe(401)
  // A key names its workspace too.
  const headers = { 'x-allv-user-id': 'mem_maria' }
  expect((await host.post('Bearer sk_test_acme', { url, headers })).status).toBe(200)
})

it('lets an authorization server name only its own workspaces at that address', async () => {
  const [acme, globex] = [await server(), await server()]
  const issuers = { ws_acme: acme, ws_globex: globex }
  const host = await start({
    // Without a workspace: those of all.
    issuers: ({ workspaceId }) =>
      Object.entries(issuers)
        .filter(([id]) => workspaceId === '' || id === workspaceId)
        .map(([, { issuer }]) => ({ issuer })),
    workspaceOf: ({ org_id: org }) => String(org),
  })
  const url = `${host.origin}/api/mcp`
  for (const { issuer } of [acme, globex])
    host.world.adapters.members.link({
      workspaceId: 'ws_acme',
      issuer,
      subject: 'sub_maria',
      memberId: 'mem_maria',
    })
  const post = async (of: TestIssuer) =>
    (await host.post(`Bearer ${await of.token({ claims: { aud: url, org_id: 'ws_acme' } })}`, { url })).status
  expect([await post(acme), await post(globex)]).toEqual([200, 401])
})

it('checks a token at that address by the rules of its workspace', async () => {
  const one = await server()
  const host = await start({
    issuers: ({ workspaceId }) => [
      { issuer: one.issuer, ...(workspaceId === 'ws_acme' ? { audience: 'api://acme' } : {}) },
    ],
    workspaceOf: ({ org_id: org }) => String(org),
  })
  const url = `${host.origin}/api/mcp`
  const { members } = host.world.adapters
  members.link({ workspaceId: 'ws_acme', issuer: one.issuer, subject: 'sub_maria', memberId: 'mem_maria' })
  const post = async (aud: string) =>
    (await host.post(`Bearer ${await one.token({ claims: { aud, org_id: 'ws_acme' } })}`, { url })).status
  expect([await post('api://acme'), await post(url)]).toEqual([200, 401])
})

it('leaves that address to the app without workspaceOf', async () => {
  const host = await start()
  expect(await (await fetch(`${host.origin}/api/mcp`)).text()).toBe('<html>the app</html>')
})

it('lets a client without a person act for a service member that the host has linked', async () => {
  const host = await start({ serviceMembers: true })
  const { members } = host.world.adapters
  const identity = { workspaceId: 'ws_acme', issuer: host.issuer.issuer, memberId: 'mem_omar' }
  const post = async (id: string) => host.post(`Bearer ${await host.tokenFor({ sub: id, client_id: id })}`)
  // The id of a person at a careless server.
  expect((await post('sub_maria')).status).toBe(403)
  expect((await post('robot')).status).toBe(403)
  members.link({ ...identity, subject: 'robot' })
  expect((await post('robot')).status).toBe(403)
  members.link({ ...identity, subject: 'robot', kind: 'client' })
  expect((await post('robot')).status).toBe(200)
})

it.each<[string, object, RegExp]>([
  ['no issuers', { issuers: undefined }, /oauth\.issuers/],
  [
    'an http issuer',
    { issuers: 'http://id.example.com' },
    /oauth\.issuers\[0\]\.issuer must be an https URL/,
  ],
  ['an issuer with a query', { issuers: 'https://id.example.com?x' }, /without query/],
  ['an issuer with a fragment', { issuers: 'https://id.example.com#x' }, /without query/],
  ['a password in an issuer', { issuers: 'https://a:b@id.example.com' }, /https URL/],
  ['an issuer twice', { issuers: [{ issuer: 'https://a.test' }, { issuer: 'https://a.test' }] }, /twice/],
  ['an unknown member', { issuers: [{ issuer: 'https://a.test', jwks: 'x' }] }, /unknown member "jwks"/],
  ['HS256', { issuers: [{ issuer: 'https://a.test', algorithms: ['HS256'] }] }, /asymmetric/],
  ['no signature', { issuers: [{ issuer: 'https://a.test', algorithms: ['none'] }] }, /asymmetric/],
  ['no algorithm', { issuers: [{ issuer: 'https://a.test', algorithms: [] }] }, /asymmetric/],
  ['another type', { issuers: [{ issuer: 'https://a.test', tokenType: 'JWT' }] }, /tokenType/],
  [
    'an address as subject',
    { issuers: [{ issuer: 'https://a.test', subjectClaim: 'email' }] },
    /subjectClaim must be "sub" or "oid" or "uid"/,
  ],
  [
    'scopesOf that is no function',
    { issuers: [{ issuer: 'https://a.test', scopesOf: 'permissions' }] },
    /scopesOf must be a function/,
  ],
  [
    'two introspections',
    {
      issuers: ['https://a.test', 'https://b.test'].map((issuer) => ({
        issuer,
        introspection: { endpoint: `${issuer}/i`, ...CLIENT },
      })),
    },
    /at most one may have introspection/,
  ],
  [
    'introspection without a secret',
    {
      issuers: [{ issuer: 'https://a.test', introspection: { endpoint: 'https://a.test/i', clientId: 'x' } }],
    },
    /clientSecret/,
  ],
  ['an empty audience', { audience: [] }, /cannot be switched off/],
  ['audience false', { audience: false }, /cannot be switched off/],
  ['audience null', { audience: null }, /cannot be switched off/],
  ['no scopes', { scopes: {} }, /at least one scope/],
  ['no default scope', { scopes: { a: { grants: ['b'] } } }, /default: true/],
  ['a wildcard', { scopes: { '*': { grants: ['b'], default: true } } }, /RFC 6749/],
  ['a blank', { scopes: { 'a b': { grants: ['b'], default: true } } }, /RFC 6749/],
  ['a quote', { scopes: { 'a"b': { grants: ['b'], default: true } } }, /RFC 6749/],
  ['offline_access', { scopes: { offline_access: { grants: [], default: true } } }, /SEP-2207/],
  ['an unknown implied scope', { scopes: { a: { grants: [], implies: ['b'], default: true } } }, /implies/],
  ['a misspelt member', { scopes: { a: { grant: ['x'], default: true } } }, /grants/],
  ['a misspelt option', { audiences: 'x' }, /unknown option "oauth\.audiences"/],
  ['a long skew', { clockSkewSeconds: 301 }, /clockSkewSeconds/],
  ['a long cache', { cacheSeconds: 301 }, /cacheSeconds/],
  ['dpop true', { dpop: true }, /oauth\.dpop/],
  ['isRevoked that is no function', { isRevoked: true }, /isRevoked must be a function/],
])('throws at start-up for %s', async (_what, oauth, sentence) => {
  const { createAllvMcpRouter } = await import('allv-mcp')
  const { adapters, ...options } = (await start()).world.options
  const make = (over: object) =>
    createAllvMcpRouter({
      ...options,
      adapters,
      oauth: { issuers: 'https://id.example.com', scopes: SCOPES, ...oauth },
      ...over,
    } as never)
  expect(() => make({})).toThrow(sentence)
})

it.each<[object, RegExp]>([
  [{ publicUrl: undefined }, /oauth needs publicUrl/],
  [{ publicUrl: 'http://agent.example.com/api' }, /oauth needs publicUrl, an https URL/],
  [{ secret: undefined }, /oauth needs secret/],
  [{ oauth: null }, /option oauth must be an object/],
])('needs other options: %j', async (over, sentence) => {
  const { createAllvMcpRouter } = await import('allv-mcp')
  const { options } = (await start()).world
  expect(() => createAllvMcpRouter({ ...options, ...over } as never)).toThrow(sentence)
  const { findBySubject: _, ...members } = options.adapters.members
  expect(() => createAllvMcpRouter({ ...options, adapters: { ...options.adapters, members } })).toThrow(
    /findBySubject\(\) of adapter "members"/,
  )
})
