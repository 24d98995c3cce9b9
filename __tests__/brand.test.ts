import { createAllvMcpRouter, createControlPlane } from 'allv-mcp'
import { ERRORS } from '../lib/foundation/errors/catalogue.js'
import { type Ask, open, post, raw, rpc, toolCall } from './support/http.js'
import { type Scene, scenes } from './support/scene.js'
import { createWorld, type WorldOptions } from './support/world.js'

/** The option `brand`: its valid values, what it changes, and the defaults without it. */

const { adapters } = createWorld()
const start = scenes()

const wrong: readonly [string, unknown, RegExp][] = [
  [
    'a text',
    'acme',
    /^option brand must be an object \{ realm\?, headerPrefix\?, metaPrefix\?, memoryScheme\? \}/,
  ],
  ['null', null, /^option brand must be an object/],
  ['a list', [], /^option brand must be an object/],
  [
    'an unknown name',
    { prefix: 'x' },
    /^unknown option "brand.prefix"; the options of brand are realm, headerP/,
  ],
  ...['', 'a"b', 'a\\b', 'a\nb', 'Acmé', 'x'.repeat(101), 5].map((realm): [string, unknown, RegExp] => [
    `the realm ${JSON.stringify(realm)}`,
    { realm },
    /^option brand.realm must be .*printable ASCII.*such as "acme"/,
  ]),
  ...['', 'x-acme', 'X-Acme-', 'x acme-', 'x-ac:me-', 'x-\r\n-', 'é-', `${'x'.repeat(64)}-`, 5].map(
    (headerPrefix): [string, unknown, RegExp] => [
      `the header prefix ${JSON.stringify(headerPrefix)}`,
      { headerPrefix },
      /^option brand.headerPrefix must be .*in lower case.*"-" at the end, such as "x-acme-"/,
    ],
  ),
  ...['mcp-', 'mcp-param-', 'sec-', 'proxy-acme-'].map((headerPrefix): [string, unknown, RegExp] => [
    `the header prefix ${headerPrefix}`,
    { headerPrefix },
    /^option brand.headerPrefix must not begin with "mcp-", "sec-" or "proxy-".*"x-acme-"/,
  ]),
  ...['access-control-', 'access-control-acme-'].map((headerPrefix): [string, unknown, RegExp] => [
    `the header prefix ${headerPrefix}`,
    { headerPrefix },
    /^option brand.headerPrefix must not begin with "access-control-", for .*CORS.*"x-acme-"$/,
  ]),
  ...['x_acme-', '_-', 'x-acme_co-'].map((headerPrefix): [string, unknown, RegExp] => [
    `the header prefix ${headerPrefix}`,
    { headerPrefix },
    /^option brand.headerPrefix must not contain "_", for .*proxies drop.*"x-acme-"$/,
  ]),
  ...[
    '',
    '/',
    'com.acme',
    'com..acme/',
    '.acme/',
    '1com/',
    'com.acme-/',
    'com.-acme/',
    'com/acme/',
    'com.ac_me/',
    5,
  ].map((metaPrefix): [string, unknown, RegExp] => [
    `the prefix ${JSON.stringify(metaPrefix)} in _meta`,
    { metaPrefix },
    /^option brand.metaPrefix must be a domain name in reverse order.*such as "com.acme\/"/,
  ]),
  ...[
    'io.modelcontextprotocol/',
    'dev.mcp/',
    'org.modelcontextprotocol.api/',
    'com.mcp.tools/',
    'mcp.dev/',
    'modelcontextprotocol.io/',
    'tools.mcp.com/',
    'a.b.mcp.com/',
    'mcp/',
    'IO.ModelContextProtocol/',
  ].map((metaPrefix): [string, unknown, RegExp] => [
    `the prefix ${metaPrefix} in _meta`,
    { metaPrefix },
    /^option brand.metaPrefix must not be a prefix that MCP reserves.*"com.acme\/"/,
  ]),
  ...['', 'Acme', '1acme', 'acme:', 'ac me', 'ac_me', 'ä', 'x'.repeat(65), 5].map(
    (memoryScheme): [string, unknown, RegExp] => [
      `the scheme ${JSON.stringify(memoryScheme)}`,
      { memoryScheme },
      /^option brand.memoryScheme must be a URI scheme in lower case without the colon.*such as "acme"/,
    ],
  ),
  ...['http', 'https', 'file', 'data', 'javascript', 'ws', 'blob', 'git', 'ui'].map(
    (memoryScheme): [string, unknown, RegExp] => [
      `the scheme ${memoryScheme}`,
      { memoryScheme },
      /^option brand.memoryScheme must not be "\w+".*such as "acme"/,
    ],
  ),
]

it.each(wrong)('throws at start-up for %s, and says what to change', (_, brand, message) => {
  for (const create of [createAllvMcpRouter, createControlPlane]) {
    expect(() => create({ adapters, brand } as never)).toThrow(TypeError)
    expect(() => create({ adapters, brand } as never)).toThrow(message)
  }
})

it.each([
  {},
  { realm: null, headerPrefix: undefined },
  { realm: "Acme & Co's MCP" },
  { headerPrefix: 'acme-' },
  { headerPrefix: "x-!#$%&'*+.^`|~9-" },
  { headerPrefix: 'x-access-control-' },
  { metaPrefix: 'acme/' },
  { metaPrefix: 'com.example.mcp/' },
  { metaPrefix: 'co.uk.ac-me9/' },
  { memoryScheme: 'acme+memory.v1-x' },
])('accepts %j', (brand) => {
  expect(() => createControlPlane({ adapters, brand } as never)).not.toThrow()
})

const MEMBER_SENTENCES = {
  MEMBER_AMBIGUOUS:
    'the member check refused this request; x-allv-user-id and x-allv-user-email must be sent once and name the same member',
  MEMBER_REQUIRED:
    'the member check refused this request; name the member in x-allv-user-id or x-allv-user-email',
}

it('uses the default names without a brand', async () => {
  const { running } = await start({ allowedOrigins: ['https://app.test'] })
  const none = await post(running, { key: null })
  expect(none.headers.get('www-authenticate')).toBe('Bearer realm="allv"')
  expect(none.headers.get('vary')).toBe('Authorization, X-Api-Key, X-Allv-User-Id, X-Allv-User-Email, Origin')
  const bad = await post(running, { headers: { 'x-api-key': 'sk_none' } })
  expect(bad.headers.get('www-authenticate')).toBe('Bearer realm="allv", error="invalid_token"')
  const preflight = await open(running, { method: 'OPTIONS', headers: { origin: 'https://app.test' } })
  expect(preflight.headers.get('access-control-allow-headers')).toBe(
    'Authorization, Content-Type, Accept, X-Api-Key, X-Allv-User-Id, X-Allv-User-Email, Idempotency-Key, Mcp-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name, Last-Event-ID, Traceparent, Tracestate',
  )
  const two = { headers: { 'x-allv-user-id': 'mem_omar' } }
  expect((await post(running, two)).json.error?.message).toBe(MEMBER_SENTENCES.MEMBER_AMBIGUOUS)
  expect((await post(running, { member: null })).json.error?.message).toBe(MEMBER_SENTENCES.MEMBER_REQUIRED)
  expect(ERRORS).toMatchObject({
    MEMBER_AMBIGUOUS: { message: MEMBER_SENTENCES.MEMBER_AMBIGUOUS },
    MEMBER_REQUIRED: { message: MEMBER_SENTENCES.MEMBER_REQUIRED },
  })
  const { result } = (await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })).json
  expect(Object.keys(result._meta)).toEqual(['ai.allv/runId'])
  const { resources } = (await post(running, { body: rpc('resources/list') })).json.result
  expect(resources[0].uri).toMatch(/^allv:\/\/workspaces\/ws_acme\/memory\//)
})

describe('a header prefix of its own', () => {
  const brand = { headerPrefix: 'x-acme-' }
  const ask = (running: Scene['running'], headers: Record<string, string>, over: Ask = {}) =>
    post(running, { member: null, headers, body: rpc('tools/list'), ...over })

  it('selects the member by its headers, and ignores the default ones', async () => {
    const { world, running } = await start({ brand })
    const members = () => world.adapters.audit.events.map(({ memberId }) => memberId)
    for (const headers of [{ 'x-acme-user-id': 'mem_maria' }, { 'X-Acme-User-Email': 'MARIA@acme.test' }])
      expect((await ask(running, headers)).status).toBe(200)
    // What the default headers say counts for nothing, also beside the right ones.
    const both = { 'x-acme-user-id': 'mem_maria', 'x-allv-user-id': 'mem_omar', 'x-allv-user-email': 'x' }
    expect((await ask(running, both)).status).toBe(200)
    expect(members()).toEqual(['mem_maria', 'mem_maria', 'mem_maria'])
    for (const headers of [{ 'x-allv-user-id': 'mem_maria' }, { 'x-allv-user-email': 'maria@acme.test' }])
      expect((await ask(running, headers)).json.error?.data['code']).toBe('MEMBER_REQUIRED')
  })

  it('refuses its headers when they come twice or name two members, and names them', async () => {
    const { running } = await start({ brand })
    const ambiguous = MEMBER_SENTENCES.MEMBER_AMBIGUOUS.replaceAll('x-allv-', 'x-acme-')
    const two = await ask(running, { 'x-acme-user-id': 'mem_maria', 'x-acme-user-email': 'omar@acme.test' })
    expect(two.json.error).toMatchObject({ message: ambiguous, data: { code: 'MEMBER_AMBIGUOUS' } })
    const lines = ['Host: x', 'Content-Length: 0', 'x-api-key: sk_test_acme', 'x-acme-user-id: mem_maria']
    const head = [...lines, 'X-Acme-User-Id: mem_maria', 'Connection: close']
    const request = `POST /api/workspaces/ws_acme/mcp HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`
    expect(await raw(running, request)).toContain(ambiguous)
  })

  it('is in Vary and CORS, and the headers of the key keep their names', async () => {
    const { running } = await start({ brand, allowedOrigins: ['https://app.test'] })
    const headers = { origin: 'https://app.test', 'x-acme-user-id': 'mem_maria' }
    for (const name of ['x-api-key', 'authorization']) {
      const key = name === 'authorization' ? 'Bearer sk_test_acme' : 'sk_test_acme'
      const answer = await ask(running, { ...headers, [name]: key }, { key: null })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('vary')).toBe(
        'Authorization, X-Api-Key, X-Acme-User-Id, X-Acme-User-Email, Origin',
      )
    }
    const preflight = await open(running, { method: 'OPTIONS', headers })
    const allowed = preflight.headers.get('access-control-allow-headers')
    expect(allowed).toContain('X-Api-Key, X-Acme-User-Id, X-Acme-User-Email, Idempotency-Key')
  })
})

it('reads the idempotency key under its own prefix in _meta, and under no other', async () => {
  const { world, running } = await start({ brand: { metaPrefix: 'com.acme/' } })
  const call = (name: string) =>
    post(running, { body: toolCall('deals.add', { a: 1, b: 2 }, { _meta: { [name]: 'k' } }) })
  for (const _ of ['runs', 'replays']) await call('com.acme/idempotencyKey')
  expect(world.executions).toHaveLength(1)
  for (const _ of ['runs', 'runs again']) await call('ai.allv/idempotencyKey')
  expect(world.executions).toHaveLength(3)
})

describe('a memory scheme of its own', () => {
  const all = ['allv://workspaces/ws_acme/memory/tone', 'acme://deals/1', 'ACME:x', 'acme2://deals/1']
  const options: WorldOptions = {
    brand: { memoryScheme: 'acme' },
    adapt: () => ({
      resources: {
        list: async () => all.map((uri) => ({ uri, name: uri })),
        read: async (_, { uri }) => [{ uri, text: 'of the host' }],
      },
    }),
  }

  it('is for memory only, and the host may use the default one', async () => {
    const { running } = await start(options)
    const { resources } = (await post(running, { body: rpc('resources/list') })).json.result
    expect(resources.map(({ uri }: { uri: string }) => uri)).toEqual([
      'acme://workspaces/ws_acme/memory/notes%2Fa%20b',
      'acme://workspaces/ws_acme/memory/tone',
      'allv://workspaces/ws_acme/memory/tone',
      'acme2://deals/1',
    ])
    const read = async (uri: string) => {
      const { json } = await post(running, { body: rpc('resources/read', { uri }) })
      return json.result?.contents[0].text ?? json.error?.data['code']
    }
    expect(await read('acme://workspaces/ws_acme/memory/tone')).toBe('formal')
    expect(await read('allv://workspaces/ws_acme/memory/tone')).toBe('of the host')
    for (const uri of ['acme://deals/1', 'ACME:x', 'acme://workspaces/ws_globex/memory/tone'])
      expect(await read(uri)).toBe('MEMORY_NOT_FOUND')
  })

  it("leaves out a host's resources and templates of this scheme, and says so", async () => {
    const { world, running } = await start({
      ...options,
      adapt: () => ({
        resources: {
          list: async () => [{ uri: 'acme://deals/1', name: 'deal' }],
          templates: async () => [{ uriTemplate: 'acme://deals/{id}', name: 'deals' }],
          read: async () => null,
        },
      }),
    })
    await post(running, { body: rpc('resources/list') })
    const { json } = await post(running, { body: rpc('resources/templates/list') })
    expect(JSON.stringify(json.result)).not.toContain('acme://deals')
    expect(world.failures.map(({ error }) => String(error))).toEqual([
      'TypeError: resources.list gave an item that is left out: its scheme "acme" is that of memory addresses',
      'TypeError: resources.templates gave an item that is left out: its scheme "acme" is that of memory addresses',
    ])
  })

  it('is named by the audit event of a completed key', async () => {
    const { world, running } = await start(options)
    const ref = { type: 'ref/resource', uri: 'acme://workspaces/ws_acme/memory/{key}' }
    const argument = { name: 'key', value: 'to' }
    const { json } = await post(running, { body: rpc('completion/complete', { ref, argument }) })
    expect(json.result.completion.values).toEqual(['tone'])
    expect(world.adapters.audit.events).toMatchObject([
      { type: 'completion.given', resourceUri: 'acme:memory' },
    ])
  })
})
