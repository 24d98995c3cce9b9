import { listen, modern, open, post, type Running, rpc, toolCall } from './support/http.js'
import { createWorld, type World } from './support/world.js'

/** Some languages write null for what was not given. */

let world: World
let running: Running
beforeAll(async () => {
  world = createWorld({ rateLimit: false })
  running = await listen(world)
})
afterAll(() => running.close())

const ask = (method: string, params: unknown) => ({ jsonrpc: '2.0', id: 7, method, params })
const initialize = (over: object) =>
  ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'x', version: '1' },
    ...over,
  })

it.each([
  ['params', ask('ping', null)],
  ['params of a list', ask('tools/list', null)],
  ['_meta', ask('tools/list', { _meta: null })],
  ['a progress token', ask('tools/list', { _meta: { progressToken: null } })],
  ['a related task', ask('tools/list', { _meta: { 'io.modelcontextprotocol/related-task': null } })],
  [
    'an idempotency key',
    toolCall('deals.add', { a: 1, b: 2 }, { _meta: { 'ai.allv/idempotencyKey': null } }),
  ],
  ['a cursor of tools', ask('tools/list', { cursor: null })],
  ['a cursor of resources', ask('resources/list', { cursor: null })],
  ['a cursor of templates', ask('resources/templates/list', { cursor: null, _meta: null })],
  [
    'abilities',
    initialize({ capabilities: { elicitation: null, sampling: null, roots: null, experimental: null } }),
  ],
  [
    'members of abilities',
    initialize({
      capabilities: {
        roots: { listChanged: null },
        elicitation: { form: null, url: null },
        sampling: { tools: null, context: null },
        experimental: { mine: null, other: { deep: null } },
        tasks: null,
      },
    }),
  ],
  [
    'members of clientInfo',
    initialize({
      clientInfo: { name: 'x', version: '1', title: null, websiteUrl: null, icons: null, description: null },
    }),
  ],
  [
    'members of an icon',
    initialize({ clientInfo: { name: 'x', version: '1', icons: [{ src: 'a', sizes: null }] } }),
  ],
  ['_meta of initialize', initialize({ _meta: null })],
])('treats null as absent in 2025: %s', async (_, body) => {
  const { status, json } = await post(running, { body })
  expect([status, json.error ?? null]).toEqual([200, null])
  expect(json.result).toBeDefined()
})

it.each([
  ['a cursor', modern('tools/list', { cursor: null })],
  ['a progress token', modern('tools/list', { _meta: { progressToken: null } })],
  ['the client', modern('tools/list', { _meta: { 'io.modelcontextprotocol/clientInfo': null } })],
  [
    'members of the client',
    modern('tools/list', {
      _meta: { 'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1', title: null, icons: null } },
    }),
  ],
  ['abilities', modern('tools/list', {}, { elicitation: null, sampling: null, extensions: null })],
  ['trace context', modern('tools/list', { _meta: { traceparent: null, tracestate: null } })],
  [
    'state and answers',
    modern('tools/call', {
      name: 'deals.add',
      arguments: { a: 1, b: 2 },
      requestState: null,
      inputResponses: null,
    }),
  ],
])('treats null as absent in 2026: %s', async (_, request) => {
  const { status, json } = await post(running, request)
  expect([status, json.error ?? null]).toEqual([200, null])
})

it('treats null as absent in a listen filter', async () => {
  const leave = new AbortController()
  const notifications = {
    toolsListChanged: true,
    promptsListChanged: null,
    resourcesListChanged: null,
    resourceSubscriptions: null,
    taskIds: null,
  }
  const request = modern('subscriptions/listen', { notifications })
  const { status, headers } = await open(running, { ...request, signal: leave.signal })
  leave.abort()
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream'])
})

it('accepts notifications, answers and batches with nulls in them', async () => {
  for (const body of [
    { jsonrpc: '2.0', method: 'notifications/initialized', params: null },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, _meta: null } },
    { jsonrpc: '2.0', id: 'ask_1', result: {}, error: null },
    { jsonrpc: '2.0', id: 'ask_1', result: null, error: { code: 1, message: 'x' } },
  ])
    expect([body, (await post(running, { body })).status]).toEqual([body, 202])
  const batch = await post(running, {
    body: [ask('ping', null), { ...ask('tools/list', { _meta: null }), id: 8 }],
  })
  expect(batch.messages.map(({ id, error }) => [id, error])).toEqual([
    [7, undefined],
    [8, undefined],
  ])
})

it('infers no capability from null', async () => {
  const capabilities = { elicitation: null, roots: { listChanged: null } }
  const opened = await post(running, { body: initialize({ capabilities, protocolVersion: '2025-11-25' }) })
  const session = opened.headers.get('mcp-session-id') ?? ''
  const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
  const asked = await post(running, { headers, body: toolCall('asks') })
  expect(asked.json.result._meta['ai.allv/code']).toBe('CLIENT_CAPABILITY_REQUIRED')
  expect(world.failures).toEqual([])
})

it.each([
  ['an id', { ...ask('ping', {}), id: null }],
  ['a method', { jsonrpc: '2.0', id: 7, method: null }],
  ['a version', { ...ask('ping', {}), jsonrpc: null }],
  ['a result alone', { jsonrpc: '2.0', id: 'ask_1', result: null }],
])('refuses null for a required value: %s', async (_, body) => {
  const { status, json } = await post(running, { body })
  expect([status, json.error?.code]).toEqual([400, -32600])
})

it.each([
  ['params', initialize({}), { params: null }],
  ['capabilities', initialize({ capabilities: null }), {}],
  ['clientInfo', initialize({ clientInfo: null }), {}],
  ['the name of the client', initialize({ clientInfo: { name: null, version: '1' } }), {}],
  ['the name of a tool', ask('tools/call', { name: null }), {}],
  ['the address of a resource', ask('resources/read', { uri: null }), {}],
])('answers invalid params for null in place of a required param: %s', async (_, body, over) => {
  expect((await post(running, { body: { ...body, ...over } })).json.error?.code).toBe(-32602)
})

it('still refuses values that are neither null nor valid', async () => {
  for (const params of [[], 'x', 5, false, { _meta: [] }, { _meta: 'x' }, { _meta: { progressToken: {} } }])
    expect((await post(running, { body: ask('ping', params) })).json.error?.code).toBe(-32600)
  expect((await post(running, { body: rpc('tools/list', { cursor: false }) })).json.error?.code).toBe(-32602)
})
