import { type Ask, listen, modern, post, type Running, rpc } from './support/http.js'
import { createWorld } from './support/world.js'

let running: Running

beforeAll(async () => {
  running = await listen(createWorld())
})
afterAll(() => running.close())

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion'
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities'

/** A modern request with some of its headers or envelope changed. */
function bent(
  method: string,
  params: Record<string, unknown>,
  { headers = {}, meta }: { headers?: Record<string, string | undefined>; meta?: object | null },
): Ask {
  const base = modern(method, params)
  const merged = Object.entries({ ...base.headers, ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  if (meta === undefined) return { ...base, headers: Object.fromEntries(merged) }
  return {
    headers: Object.fromEntries(merged),
    body: rpc(method, { ...params, ...(meta === null ? {} : { _meta: meta }) }),
  }
}

const add = { name: 'deals.add', arguments: { a: 1, b: 2 } }
const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`

const rows: readonly [string, Ask, number, number | null][] = [
  ['server/discover', modern('server/discover'), 200, null],
  ['tools/list', modern('tools/list'), 200, null],
  ['tools/call', modern('tools/call', add), 200, null],
  [
    'a session id, ignored',
    { ...modern('tools/list'), headers: { ...modern('tools/list').headers, 'mcp-session-id': 'stale' } },
    200,
    null,
  ],
  ['no _meta under a modern header', bent('tools/list', {}, { meta: null }), 400, -32602],
  ['server/discover without an envelope', { body: rpc('server/discover') }, 400, -32602],
  ['no capabilities', bent('tools/list', {}, { meta: { [VERSION_KEY]: '2026-07-28' } }), 400, -32602],
  ['no version in _meta', bent('tools/list', {}, { meta: { [CAPABILITIES_KEY]: {} } }), 400, -32602],
  [
    'no clientInfo',
    bent('tools/list', {}, { meta: { [VERSION_KEY]: '2026-07-28', [CAPABILITIES_KEY]: {} } }),
    200,
    null,
  ],
  [
    'no version header',
    bent('tools/list', {}, { headers: { 'mcp-protocol-version': undefined } }),
    400,
    -32020,
  ],
  [
    'a version header that differs',
    bent('tools/list', {}, { headers: { 'mcp-protocol-version': '2025-11-25' } }),
    400,
    -32020,
  ],
  [
    'a version that is not served',
    bent(
      'tools/list',
      {},
      {
        headers: { 'mcp-protocol-version': '2027-01-01' },
        meta: { [VERSION_KEY]: '2027-01-01', [CAPABILITIES_KEY]: {} },
      },
    ),
    400,
    -32022,
  ],
  [
    'an envelope of 2025',
    bent(
      'tools/list',
      {},
      {
        headers: { 'mcp-protocol-version': '2025-11-25' },
        meta: { [VERSION_KEY]: '2025-11-25', [CAPABILITIES_KEY]: {} },
      },
    ),
    400,
    -32022,
  ],
  ['no Mcp-Method', bent('tools/list', {}, { headers: { 'mcp-method': undefined } }), 400, -32020],
  [
    'an Mcp-Method in capitals',
    bent('tools/list', {}, { headers: { 'mcp-method': 'TOOLS/LIST' } }),
    400,
    -32020,
  ],
  [
    'white space around Mcp-Method',
    bent('tools/list', {}, { headers: { 'mcp-method': '  tools/list ' } }),
    200,
    null,
  ],
  ['no Mcp-Name', bent('tools/call', add, { headers: { 'mcp-name': undefined } }), 400, -32020],
  ['another Mcp-Name', bent('tools/call', add, { headers: { 'mcp-name': 'deals.delete' } }), 400, -32020],
  [
    'an Mcp-Name in Base64',
    bent('tools/call', add, { headers: { 'mcp-name': base64('deals.add') } }),
    200,
    null,
  ],
  [
    'an Mcp-Name in broken Base64',
    bent('tools/call', add, { headers: { 'mcp-name': '=?base64?***?=' } }),
    400,
    -32020,
  ],
  ['initialize in a modern envelope', modern('initialize', { protocolVersion: '2025-11-25' }), 404, -32601],
  [
    'initialize under a modern header',
    {
      headers: { 'mcp-protocol-version': '2026-07-28' },
      body: rpc('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'x', version: '1' },
      }),
    },
    400,
    -32020,
  ],
  ['ping', modern('ping'), 404, -32601],
  ['logging/setLevel', modern('logging/setLevel', { level: 'debug' }), 404, -32601],
  ['resources/subscribe', modern('resources/subscribe', { uri: 'x' }), 404, -32601],
  ['tasks/result', modern('tasks/result', { taskId: 'x' }), 404, -32601],
  ['an unknown method', modern('no/such'), 404, -32601],
  ['an unknown tool', modern('tools/call', { name: 'no.such' }), 200, -32602],
  ['an unknown resource', modern('resources/read', { uri: 'allv://none' }), 200, -32602],
  ['an invalid cursor', modern('tools/list', { cursor: 'x' }), 200, -32602],
  [
    'a forged requestState',
    modern('tools/call', { ...add, requestState: 'forged', inputResponses: {} }),
    200,
    -32602,
  ],
  ['inputResponses that are a list', modern('tools/call', { ...add, inputResponses: [] }), 200, -32602],
  ['a tool that asks what the client cannot answer', modern('tools/call', { name: 'asks' }), 400, -32021],
  [
    'a batch',
    { headers: { 'mcp-protocol-version': '2026-07-28' }, body: [modern('tools/list').body] },
    400,
    -32600,
  ],
  ['a modern request in a 2025 batch', { body: [modern('tools/list').body] }, 400, -32600],
  [
    'a posted response',
    { headers: { 'mcp-protocol-version': '2026-07-28' }, body: { jsonrpc: '2.0', id: 1, result: {} } },
    400,
    -32600,
  ],
  ['text/plain', { headers: { ...modern('tools/list').headers, 'content-type': 'text/plain' } }, 415, -32600],
  ['GET', { method: 'GET', headers: { 'mcp-protocol-version': '2026-07-28' } }, 405, -32600],
]

it.each(rows.map(([title, ask, status, code]) => ({ title, ask, status, code })))(
  'answers $title with $status',
  async ({ ask, status, code }) => {
    const answer = await post(running, ask)
    expect(answer.status).toBe(status)
    if (code === null) expect(answer.json.result.resultType).toBe('complete')
    else expect(answer.json.error?.code).toBe(code)
    expect(answer.headers.get('mcp-session-id')).toBeNull()
    expect(answer.json.error?.code ?? 0).not.toBe(-32002)
  },
)

it('has the supported, missing and requested values in data', async () => {
  const unsupported = bent(
    'tools/list',
    {},
    {
      headers: { 'mcp-protocol-version': '2027-01-01' },
      meta: { [VERSION_KEY]: '2027-01-01', [CAPABILITIES_KEY]: {} },
    },
  )
  expect((await post(running, unsupported)).json.error?.data).toMatchObject({
    supported: ['2026-07-28'],
    requested: '2027-01-01',
  })
  expect((await post(running, modern('tools/call', { name: 'asks' }))).json.error?.data).toMatchObject({
    requiredCapabilities: { elicitation: { form: {} } },
  })
  const uri = 'allv://workspaces/ws_globex/memory/tone'
  expect((await post(running, modern('resources/read', { uri }))).json.error?.data).toMatchObject({ uri })
})

it('accepts notifications without an answer', async () => {
  const { _meta } = (modern('x').body as { params: { _meta: object } }).params
  const body = { jsonrpc: '2.0', method: 'notifications/whatever', params: { _meta } }
  const answer = await post(running, { headers: { 'mcp-protocol-version': '2026-07-28' }, body })
  expect([answer.status, answer.text]).toEqual([202, ''])
})

it('marks every result with its type and server, and cacheable results with hints', async () => {
  for (const [method, cacheable] of [
    ['server/discover', true],
    ['tools/list', true],
    ['resources/list', true],
    ['resources/templates/list', true],
    ['completion/complete', false],
  ] as const) {
    const params =
      method === 'completion/complete'
        ? {
            ref: { type: 'ref/resource', uri: 'allv://workspaces/ws_acme/memory/{key}' },
            argument: { name: 'key', value: 't' },
          }
        : {}
    const { result } = (await post(running, modern(method, params))).json
    expect(result.resultType).toBe('complete')
    expect(result._meta['io.modelcontextprotocol/serverInfo']).toMatchObject({ name: 'allv-mcp' })
    expect([result.ttlMs, result.cacheScope]).toEqual(cacheable ? [0, 'private'] : [undefined, undefined])
    if (!cacheable) expect(result.completion.values).toEqual(['tone'])
  }
})

it('tells shared caches to keep nothing, and which headers its answers depend on', async () => {
  const { headers } = await post(running, modern('tools/list'))
  expect(headers.get('cache-control')).toContain('no-store')
  for (const name of ['Authorization', 'X-Api-Key', 'X-Allv-User-Id', 'X-Allv-User-Email'])
    expect(headers.get('vary')).toContain(name)
})

it('compares mirrored arguments with their headers', async () => {
  const { defineTool } = await import('allv-mcp')
  const input = {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      size: { type: 'integer', 'x-mcp-header': 'Size' },
    },
  } as const
  const world = createWorld({
    tools: [defineTool({ name: 'mirrored', description: 'x', input, run: () => 'ran' })],
  })
  const server = await listen(world)
  const call = (args: object, headers: Record<string, string>) => {
    const base = modern('tools/call', { name: 'mirrored', arguments: args })
    return post(server, { ...base, headers: { ...base.headers, ...headers } })
  }
  expect(
    (await call({ region: 'eu', size: 7 }, { 'mcp-param-region': 'eu', 'mcp-param-size': '7.0' })).status,
  ).toBe(200)
  expect((await call({ region: 'grün' }, { 'mcp-param-region': base64('grün') })).status).toBe(200)
  expect((await call({ region: null }, {})).json.error?.code ?? null).toBeNull()
  for (const [args, headers] of [
    [{ region: 'eu' }, {}],
    [{ region: 'eu' }, { 'mcp-param-region': 'us' }],
    [{ size: 7 }, { 'mcp-param-size': 'seven' }],
    [{ region: 'eu' }, { 'mcp-param-region': '=?base64?%?=' }],
  ] as const) {
    const answer = await call(args, headers)
    expect([answer.status, answer.json.error?.code]).toEqual([400, -32020])
  }
  await server.close()
})
