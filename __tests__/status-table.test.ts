import { gzipSync } from 'node:zlib'
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js'
import { type Ask, listen, PING, post, type Running, raw, rpc, toolCall } from './support/http.js'
import { createWorld, KEYS } from './support/world.js'

let running: Running

beforeAll(async () => {
  running = await listen(createWorld({ bodyLimitBytes: 20_000 }))
})
afterAll(() => running.close())

const version = (value: string) => ({ 'mcp-protocol-version': value })
const initialize = (protocolVersion: unknown) =>
  rpc('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } })
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** Title, request, HTTP status, JSON-RPC code (null: a result, undefined: no body), whether the id is echoed. */
const rows: readonly [string, Ask, number, number | null | undefined, unknown?][] = [
  ['ping', {}, 200, null, 1],
  ['a string id', { body: rpc('ping', {}, 'x-1') }, 200, null, 'x-1'],
  [
    'an accepted notification',
    { body: { jsonrpc: '2.0', method: 'notifications/initialized' } },
    202,
    undefined,
  ],
  [
    'an unknown notification',
    { body: { jsonrpc: '2.0', method: 'notifications/whatever', params: {} } },
    202,
    undefined,
  ],
  ['a response that answers nothing', { body: { jsonrpc: '2.0', id: 'ask_1', result: {} } }, 202, undefined],
  [
    'an error response that answers nothing',
    { body: { jsonrpc: '2.0', id: 3, error: { code: 1, message: 'x' } } },
    202,
    undefined,
  ],
  ['GET', { method: 'GET' }, 405, -32000],
  ['DELETE', { method: 'DELETE' }, 405, -32000],
  ['PUT', { method: 'PUT' }, 405, -32000],
  ['PATCH', { method: 'PATCH' }, 405, -32000],
  ['a body that is not JSON', { body: '{"jsonrpc": "2.0", ' }, 400, -32700],
  ['an empty body', { body: '' }, 400, -32700],
  ['JSON that is no message', { body: { hello: 'world' } }, 400, -32600],
  ['JSON that is no object', { body: '42' }, 400, -32600],
  ['null', { body: 'null' }, 400, -32600],
  ['another JSON-RPC version', { body: { jsonrpc: '1.0', id: 1, method: 'ping' } }, 400, -32600, 1],
  ['an id of null', { body: { jsonrpc: '2.0', id: null, method: 'ping' } }, 400, -32600],
  ['a fractional id', { body: { jsonrpc: '2.0', id: 1.5, method: 'ping' } }, 400, -32600],
  ['params that are a list', { body: { jsonrpc: '2.0', id: 1, method: 'ping', params: [] } }, 400, -32600, 1],
  [
    'a progress token of another kind',
    { body: rpc('ping', { _meta: { progressToken: {} } }) },
    400,
    -32600,
    7,
  ],
  [
    'deep nesting',
    { body: `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${deep(200)}}}` },
    400,
    -32600,
    1,
  ],
  [
    'a __proto__ key',
    { body: '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{"x":1}}}' },
    400,
    -32600,
    1,
  ],
  [
    'a batch in 2025-03-26',
    { body: [PING, rpc('ping', {}, 2)], headers: version('2025-03-26') },
    200,
    null,
    2,
  ],
  ['a batch without a version header', { body: [PING] }, 200, null, 1],
  [
    'a batch of notifications',
    { body: [{ jsonrpc: '2.0', method: 'notifications/initialized' }] },
    202,
    undefined,
  ],
  ['a batch in 2025-06-18', { body: [PING], headers: version('2025-06-18') }, 400, -32600],
  ['a batch in 2025-11-25', { body: [PING], headers: version('2025-11-25') }, 400, -32600],
  ['an empty batch', { body: [] }, 400, -32600],
  ['initialize in a batch', { body: [initialize('2025-03-26')] }, 400, -32600],
  ['a batch with one id twice', { body: [PING, PING] }, 400, -32600],
  ['a batch with something else in it', { body: [PING, 1] }, 400, -32600],
  ['an unsupported version', { headers: version('2024-01-01') }, 400, -32000, 1],
  ['a version that is none', { headers: version('latest') }, 400, -32000, 1],
  ['every supported version', { headers: version('2024-11-05') }, 200, null, 1],
  ['initialize with an unknown version', { body: initialize('1999-01-01') }, 200, null, 7],
  ['initialize with a version that is none', { body: initialize(5) }, 200, -32602, 7],
  ['initialize without params', { body: rpc('initialize') }, 200, -32602, 7],
  ['an unknown method', { body: rpc('no/such') }, 200, -32601, 7],
  ['a method of Object.prototype', { body: rpc('constructor') }, 200, -32601, 7],
  ['a method that is not offered', { body: rpc('logging/setLevel', { level: 'debug' }) }, 200, -32601, 7],
  ['prompts where there are none', { body: rpc('prompts/list') }, 200, -32601, 7],
  ['resources/subscribe', { body: rpc('resources/subscribe', { uri: 'x' }) }, 200, -32601, 7],
  ['an unknown tool', { body: toolCall('no.such') }, 200, -32602, 7],
  ['a tool call without a name', { body: rpc('tools/call', {}) }, 200, -32602, 7],
  ['a tool call without params', { body: rpc('tools/call') }, 200, -32602, 7],
  [
    'arguments that are a list',
    { body: rpc('tools/call', { name: 'deals.add', arguments: [] }) },
    200,
    -32602,
    7,
  ],
  ['an unknown resource', { body: rpc('resources/read', { uri: 'allv://x' }) }, 200, -32002, 7],
  ['a read without a URI', { body: rpc('resources/read', {}) }, 200, -32602, 7],
  ['an invalid cursor', { body: rpc('tools/list', { cursor: 'x' }) }, 200, -32602, 7],
  ['an empty cursor', { body: rpc('resources/list', { cursor: '' }) }, 200, -32602, 7],
  ['a cursor that is a number', { body: rpc('tools/list', { cursor: 1 }) }, 200, -32602, 7],
  ['text/plain', { headers: { 'content-type': 'text/plain' } }, 415, -32000],
  ['JSON by another name', { headers: { 'content-type': 'application/jsonx' } }, 415, -32000],
  ['another charset', { headers: { 'content-type': 'application/json; charset=latin1' } }, 415, -32000],
  ['UTF-8, said so', { headers: { 'content-type': 'application/json; charset="UTF-8"' } }, 200, null, 1],
  ['a content encoding', { headers: { 'content-encoding': 'gzip' } }, 415, -32000],
  ['a body above the limit', { body: rpc('ping', { x: 'x'.repeat(20_000) }) }, 413, 41301],
  ['Accept: */*', { headers: { accept: '*/*' } }, 200, null, 1],
  ['Accept: application/json', { headers: { accept: 'application/json' } }, 200, null, 1],
  ['Accept: application/*;q=0.5', { headers: { accept: 'application/*;q=0.5' } }, 200, null, 1],
  ['Accept: text/event-stream', { headers: { accept: 'text/event-stream' } }, 200, null, 1],
  ['Accept: text/html', { headers: { accept: 'text/html' } }, 406, -32000, 1],
  ['Accept that excludes both', { headers: { accept: 'application/json;q=0' } }, 406, -32000, 1],
]

it.each(rows.map(([title, ask, status, code, id = undefined]) => ({ title, ask, status, code, id })))(
  'answers $title with $status',
  async ({ ask, status, code, id }) => {
    const answer = await post(running, ask)
    expect(answer.status).toBe(status)
    if (code === undefined) expect(answer.text).toBe('')
    else if (code === null) expect(answer.json.result).toBeDefined()
    else expect(answer.json.error?.code).toBe(code)
    if (code !== undefined && !Array.isArray(ask.body)) expect(answer.json.id).toEqual(id)
    if (code !== undefined && code !== null) expect(answer.json).toHaveProperty('jsonrpc', '2.0')
    if (status === 405) expect(answer.headers.get('allow')).toBe('POST')
  },
)

/** Versions that no later request is refused for. */
const SERVED = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']

it('negotiates the requested version, or else its latest', async () => {
  for (const [asked, given] of [
    ['2024-11-05', '2024-11-05'],
    ['2025-06-18', '2025-06-18'],
    ['1999-01-01', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
    ['2024-10-07', '2025-11-25'],
    ['2024-11-04', '2025-11-25'],
    ['2025-11-25 ', '2025-11-25'],
    ['DRAFT-2026-v1', '2025-11-25'],
    ['', '2025-11-25'],
    ['constructor', '2025-11-25'],
    ...SUPPORTED_PROTOCOL_VERSIONS.map((one) => [one, SERVED.includes(one) ? one : '2025-11-25']),
  ]) {
    const { result } = (await post(running, { body: initialize(asked) })).json
    expect(result.protocolVersion).toBe(given)
    expect(result.capabilities).toEqual({ tools: {}, resources: {}, completions: {} })
    // What was agreed on is served afterwards.
    expect((await post(running, { headers: version(result.protocolVersion) })).status).toBe(200)
  }
})

it('answers invalid arguments in a result that the model reads', async () => {
  const { status, json } = await post(running, { body: toolCall('deals.add', { a: 'one', b: 2 }) })
  expect(status).toBe(200)
  expect(json.result.isError).toBe(true)
  expect(json.result.content[0].text).toContain('/a Invalid input: expected number')
  expect(json.result.structuredContent).toBeUndefined()
})

it('answers Accept: text/event-stream alone with a stream', async () => {
  const { headers } = await post(running, { headers: { accept: 'text/event-stream' } })
  expect(headers.get('content-type')).toBe('text/event-stream')
  expect(headers.get('x-accel-buffering')).toBe('no')
})

it('refuses a compressed body and bytes that are not UTF-8', async () => {
  const send = (body: Uint8Array, headers: Record<string, string>) =>
    fetch(running.endpoint(), {
      method: 'POST',
      body: Buffer.from(body),
      headers: {
        'x-api-key': KEYS.acme,
        'x-allv-user-id': 'mem_maria',
        'content-type': 'application/json',
        ...headers,
      },
    })
  for (const coding of ['gzip', 'br', 'x-gzip', 'identity, gzip']) {
    const coded = await send(gzipSync(JSON.stringify(PING)), { 'content-encoding': coding })
    expect([coded.status, coded.headers.get('accept-encoding')]).toEqual([415, 'identity'])
  }
  for (const coding of ['identity', 'Identity', '', 'identity, identity'])
    expect((await send(Buffer.from(JSON.stringify(PING)), { 'content-encoding': coding })).status).toBe(200)
  const type = await send(Buffer.from(JSON.stringify(PING)), { 'content-type': 'text/plain' })
  expect([type.status, type.headers.get('accept-encoding')]).toEqual([415, null])
  const broken = await send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), {})
  expect(broken.status).toBe(400)
  expect(await broken.json()).toMatchObject({ error: { code: -32700 } })
})

it('accepts a chunked body, and refuses one that grows above the limit', async () => {
  const head = [
    'POST /api/workspaces/ws_acme/mcp HTTP/1.1',
    'host: x',
    'connection: close',
    'content-type: application/json',
    `x-api-key: ${KEYS.acme}`,
    'x-allv-user-id: mem_maria',
    'transfer-encoding: chunked',
    '',
    '',
  ].join('\r\n')
  const chunks = (text: string) =>
    text.replace(/[\s\S]{1,1000}/g, (part) => `${part.length.toString(16)}\r\n${part}\r\n`)
  const ping = JSON.stringify(PING)
  expect(await raw(running, `${head}${chunks(ping)}0\r\n\r\n`)).toMatch(/^HTTP\/1.1 200 /)
  expect(await raw(running, `${head}${chunks('x'.repeat(30_000))}0\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /)
})

it('answers TRACE and HEAD with 405, and paths below the endpoint with a JSON 404', async () => {
  expect(
    await raw(running, 'TRACE /api/workspaces/ws_acme/mcp HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
  ).toMatch(/^HTTP\/1.1 405 /)
  expect((await fetch(running.endpoint(), { method: 'HEAD' })).status).toBe(405)
  for (const path of ['/.well-known/oauth-protected-resource', '/x', '//', '/%']) {
    const response = await fetch(`${running.endpoint()}${path}`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      jsonrpc: '2.0',
      error: { data: { code: 'ROUTE_NOT_FOUND' } },
    })
  }
  expect((await fetch(running.endpoint('%'), { method: 'POST' })).status).toBe(404)
  expect((await post(running, { workspaceId: 'ws%5Facme' })).status).toBe(200)
})

it('sends no secret or internal of a tool that throws', async () => {
  const { json, text } = await post(running, { body: toolCall('throws') })
  expect(json.result).toMatchObject({
    isError: true,
    _meta: { 'ai.allv/code': 'TOOL_FAILED', 'ai.allv/correlationId': expect.stringMatching(/^req_/) },
  })
  expect(text).not.toMatch(/SELECT|vault|\/srv|at .*:\d+/)
})
