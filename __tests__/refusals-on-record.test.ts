import { createAllvAgentApi } from 'allv-mcp'
import { operation } from '../lib/control-plane/request/operation.js'
import type { Admitted } from '../lib/control-plane/request/stages.js'
import { runtimeOf } from '../lib/control-plane/runtime/control-plane.js'
import { mintSession } from '../lib/mcp/era-2025/sessions.js'
import { type Ask, modern, post, rpc, toolCall } from './support/http.js'
import { type Scene, scenes } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import { createWorld, KEYS, type WorldOptions } from './support/world.js'

/** Every refusal after authentication is one event; before it, those that try an identity. */

const start = scenes()
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const prompts: WorldOptions['adapt'] = () => ({
  prompts: {
    list: async () => [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    get: async () => ({ messages: [] }),
  },
  resources: {
    list: async () => [1, 2, 3].map((i) => ({ uri: `crm://${i}`, name: `${i}` })),
    read: async () => null,
  },
})

interface Refusal {
  readonly title: string
  readonly code: string
  readonly ask: Ask | ((scene: Scene) => Promise<Ask>)
  /** What the event says was to be done. */
  readonly operation: string
  readonly options?: WorldOptions
  /** How much had been proved. Default: everything. */
  readonly proved?: 'nothing' | 'key'
}

const RAW = { 'mcp-protocol-version': '2025-11-25' }
const cursorOf = (method: string, member: string) => async (scene: Scene) => {
  const { json } = await post(scene.running, { body: rpc(method), member })
  return String(json.result.nextCursor)
}
const omarsCursor = (method: string) => async (scene: Scene) => ({
  body: rpc(method, { cursor: await cursorOf(method, 'omar@acme.test')(scene) }),
})
const sessionOf = (memberId: string, id: string, kind: 'api-key' | 'host' = 'api-key') => {
  return async ({ world }: Scene): Promise<Ask> => {
    const context = { workspaceId: 'ws_acme', member: { id: memberId }, credential: { id, kind } }
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    }
    const session = await mintSession(
      runtimeOf(world.options),
      { context } as Admitted,
      { method: 'initialize', params },
      '2025-11-25',
    )
    return { body: rpc('tools/list'), headers: { 'mcp-session-id': session ?? '' } }
  }
}
const mariasTask =
  (method: string, params: object = {}) =>
  async ({ running }: Scene) => {
    const { result } = await taskClient(running, TASKS).call('deals.delete', { dealId: 'd' })
    expect(result.taskId).toMatch(/^run_/)
    return { ...modern(method, { taskId: result.taskId, ...params }, TASKS), member: 'omar@acme.test' }
  }
const mariasState = async ({ running }: Scene) => {
  const { json } = await post(running, modern('tools/call', { name: 'asks', arguments: {} }, TASKS_AND_FORM))
  const { requestState } = json.result
  expect(requestState).toEqual(expect.any(String))
  const params = { name: 'asks', arguments: {}, requestState, inputResponses: {} }
  return { ...modern('tools/call', params, TASKS_AND_FORM), member: 'omar@acme.test' }
}
const without = (name: string, ask: Ask): Ask => {
  const { [name]: _, ...headers } = { ...ask.headers }
  return { ...ask, headers }
}

const refusals: readonly Refusal[] = [
  // Before authentication.
  { title: 'no key', code: 'UNAUTHENTICATED', ask: { key: null }, operation: 'admit', proved: 'nothing' },
  {
    title: 'an unknown key',
    code: 'UNAUTHENTICATED',
    ask: { key: null, headers: { 'x-api-key': 'sk_none' } },
    operation: 'admit',
    proved: 'nothing',
  },
  {
    title: 'a revoked key',
    code: 'UNAUTHENTICATED',
    ask: { key: 'acmeRevoked' },
    operation: 'admit',
    proved: 'nothing',
  },
  {
    title: 'a foreign key',
    code: 'UNAUTHENTICATED',
    ask: { key: 'globex' },
    operation: 'admit',
    proved: 'nothing',
  },
  {
    title: 'two keys',
    code: 'CREDENTIALS_AMBIGUOUS',
    ask: { headers: { authorization: `Bearer ${KEYS.globex}` } },
    operation: 'admit',
    proved: 'nothing',
  },
  {
    title: 'a foreign origin',
    code: 'ORIGIN_NOT_ALLOWED',
    ask: { headers: { origin: 'https://evil.test' } },
    operation: 'admit',
    proved: 'nothing',
  },
  // Gates.
  {
    title: 'a flag that is off',
    code: 'FEATURE_DISABLED',
    ask: {},
    operation: 'admit',
    proved: 'key',
    options: { adapt: () => ({ features: { isEnabled: async () => false } }) },
  },
  { title: 'no member', code: 'MEMBER_REQUIRED', ask: { member: null }, operation: 'admit', proved: 'key' },
  {
    title: 'an unknown member',
    code: 'MEMBER_NOT_ALLOWED',
    ask: { member: 'x@acme.test' },
    operation: 'admit',
    proved: 'key',
  },
  {
    title: 'two members',
    code: 'MEMBER_AMBIGUOUS',
    ask: { headers: { 'x-allv-user-id': 'mem_omar' } },
    operation: 'admit',
    proved: 'key',
  },
  // The form of a request.
  {
    title: 'another media type',
    code: 'UNSUPPORTED_MEDIA_TYPE',
    ask: { headers: { 'content-type': 'text/plain' } },
    operation: 'request',
  },
  {
    title: 'a large body',
    code: 'BODY_TOO_LARGE',
    ask: { body: rpc('ping', { filler: 'x'.repeat(3000) }) },
    operation: 'request',
    options: { bodyLimitBytes: 2000 },
  },
  { title: 'no JSON', code: 'PARSE_ERROR', ask: { body: '{"jsonrpc":' }, operation: 'request' },
  { title: 'no message', code: 'INVALID_REQUEST', ask: { body: { hello: 1 } }, operation: 'request' },
  { title: 'an empty batch', code: 'INVALID_REQUEST', ask: { body: [] }, operation: 'batch' },
  {
    title: 'a batch over the limit',
    code: 'RATE_LIMITED',
    ask: { body: [1, 2, 3, 4, 5].map((id) => rpc('tools/list', {}, id)) },
    operation: 'batch',
    options: { rateLimit: { points: 3, seconds: 60 } },
  },
  {
    title: 'an unknown version',
    code: 'UNSUPPORTED_PROTOCOL_VERSION',
    ask: { body: rpc('tools/list'), headers: { 'mcp-protocol-version': '2023-01-01' } },
    operation: 'tools/list',
  },
  {
    title: 'an initialize without params',
    code: 'INVALID_PARAMS',
    ask: { body: rpc('initialize', {}), headers: RAW },
    operation: 'initialize',
  },
  {
    title: 'an unknown method',
    code: 'METHOD_NOT_FOUND',
    ask: { body: rpc('tools/steal') },
    operation: 'tools/steal',
  },
  {
    title: 'an unknown method in 2026',
    code: 'METHOD_NOT_FOUND',
    ask: modern('tools/steal'),
    operation: 'tools/steal',
  },
  {
    title: 'params of another form',
    code: 'INVALID_PARAMS',
    ask: { body: rpc('tools/list', { cursor: 5 }) },
    operation: 'tools/list',
  },
  {
    title: 'a tool without a name',
    code: 'INVALID_PARAMS',
    ask: { body: rpc('tools/call', {}) },
    operation: 'tools/call',
  },
  // Headers and envelope of 2026.
  {
    title: 'a header that names another method',
    code: 'HEADER_MISMATCH',
    ask: { ...modern('tools/list'), headers: { ...modern('tools/list').headers, 'mcp-method': 'ping' } },
    operation: 'tools/list',
  },
  {
    title: 'a header that is missing',
    code: 'HEADER_MISMATCH',
    ask: without('mcp-name', modern('tools/call', { name: 'deals.add', arguments: { a: 1, b: 2 } })),
    operation: 'tools/call',
  },
  {
    title: 'an envelope without capabilities',
    code: 'ENVELOPE_INCOMPLETE',
    ask: {
      headers: modern('tools/list').headers ?? {},
      body: rpc('tools/list', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }),
    },
    operation: 'tools/list',
  },
  {
    title: 'a future version',
    code: 'UNKNOWN_PROTOCOL_VERSION',
    ask: {
      headers: { ...modern('tools/list').headers, 'mcp-protocol-version': '2027-01-01' },
      body: rpc('tools/list', {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2027-01-01',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      }),
    },
    operation: 'tools/list',
  },
  {
    title: 'an invalid filter',
    code: 'INVALID_PARAMS',
    ask: modern('subscriptions/listen', { notifications: 5 }),
    operation: 'subscriptions/listen',
  },
  {
    title: 'a stream that the client does not accept',
    code: 'NOT_ACCEPTABLE',
    ask: {
      ...modern('subscriptions/listen', { notifications: {} }),
      headers: {
        ...modern('subscriptions/listen').headers,
        accept: 'application/json',
      },
    },
    operation: 'subscriptions/listen',
  },
  {
    title: 'a task without the extension',
    code: 'CLIENT_CAPABILITY_REQUIRED',
    ask: modern('tasks/get', { taskId: 'run_x' }),
    operation: 'tasks/get',
  },
  // Invalid handles, and those of another member.
  ...(['tools/list', 'prompts/list', 'resources/list'] as const).flatMap((method): Refusal[] => [
    {
      title: `a malformed cursor of ${method}`,
      code: 'INVALID_CURSOR',
      ask: { body: rpc(method, { cursor: 'x.y.z' }) },
      operation: method === 'resources/list' ? 'memory/list' : method,
      options: { adapt: prompts },
    },
    {
      title: `an empty cursor of ${method}`,
      code: 'INVALID_CURSOR',
      ask: { body: rpc(method, { cursor: '' }) },
      operation: method === 'resources/list' ? 'memory/list' : method,
      options: { adapt: prompts },
    },
    {
      title: `a cursor of ${method} that is another member's`,
      code: 'INVALID_CURSOR',
      ask: omarsCursor(method),
      operation: method === 'resources/list' ? 'memory/list' : method,
      options: { adapt: prompts, pageSize: 1 },
    },
  ]),
  {
    title: 'a cursor of templates',
    code: 'INVALID_CURSOR',
    ask: { body: rpc('resources/templates/list', { cursor: 'x' }) },
    operation: 'resources/templates/list',
  },
  {
    title: "another member's session",
    code: 'SESSION_NOT_FOUND',
    ask: sessionOf('mem_omar', 'key_acme'),
    operation: 'tools/list',
  },
  {
    title: "another key's session",
    code: 'SESSION_NOT_FOUND',
    ask: sessionOf('mem_maria', 'key_acmeBound'),
    operation: 'tools/list',
  },
  {
    title: 'the session of an integration of the same name',
    code: 'SESSION_NOT_FOUND',
    ask: sessionOf('mem_maria', 'key_acme', 'host'),
    operation: 'tools/list',
  },
  {
    title: 'a malformed session',
    code: 'SESSION_NOT_FOUND',
    ask: { body: rpc('tools/list'), headers: { 'mcp-session-id': 'x' } },
    operation: 'tools/list',
  },
  {
    title: "another member's task, to read",
    code: 'TASK_NOT_FOUND',
    ask: mariasTask('tasks/get'),
    operation: 'tasks/get',
  },
  {
    title: "another member's task, to cancel",
    code: 'TASK_NOT_FOUND',
    ask: mariasTask('tasks/cancel'),
    operation: 'tasks/cancel',
  },
  {
    title: "another member's task, to answer",
    code: 'TASK_NOT_FOUND',
    ask: mariasTask('tasks/update', { inputResponses: {} }),
    operation: 'tasks/update',
  },
  {
    title: "another member's request state",
    code: 'REQUEST_STATE_INVALID',
    ask: mariasState,
    operation: 'tools/call',
  },
  {
    title: 'a malformed request state of a prompt',
    code: 'REQUEST_STATE_INVALID',
    ask: modern('prompts/get', { name: 'a', requestState: 'x', inputResponses: {} }),
    operation: 'prompts/get',
    options: { adapt: prompts },
  },
  {
    title: 'an unknown prompt',
    code: 'PROMPT_NOT_FOUND',
    ask: { body: rpc('prompts/get', { name: 'x' }) },
    operation: 'prompts/get',
    options: { adapt: prompts },
  },
  {
    title: 'a completion of an unknown prompt',
    code: 'PROMPT_NOT_FOUND',
    ask: {
      body: rpc('completion/complete', {
        ref: { type: 'ref/prompt', name: 'x' },
        argument: { name: 'a', value: '' },
      }),
    },
    operation: 'completion/complete',
    options: { adapt: prompts },
  },
  {
    title: 'an unknown memory entry',
    code: 'MEMORY_NOT_FOUND',
    ask: { body: rpc('resources/read', { uri: 'allv://workspaces/ws_acme/memory/none' }) },
    operation: 'memory/read',
  },
  {
    title: "another workspace's memory",
    code: 'MEMORY_NOT_FOUND',
    ask: { body: rpc('resources/read', { uri: 'allv://workspaces/ws_globex/memory/tone' }) },
    operation: 'memory/read',
  },
  {
    title: 'an unknown resource',
    code: 'RESOURCE_NOT_FOUND',
    ask: { body: rpc('resources/read', { uri: 'crm://none' }) },
    operation: 'resources/read',
    options: { adapt: prompts },
  },
  {
    title: 'an unknown tool',
    code: 'TOOL_NOT_FOUND',
    ask: { body: toolCall('none') },
    operation: 'tools/call',
  },
  {
    title: 'arguments that do not fit',
    code: 'INVALID_ARGUMENTS',
    ask: { body: toolCall('deals.add', { a: 'x' }) },
    operation: 'tools/call',
  },
  {
    title: 'an idempotency key of another form',
    code: 'INVALID_PARAMS',
    ask: { body: toolCall('deals.add', { a: 1, b: 2 }), headers: { 'idempotency-key': 'a b' } },
    operation: 'tools/call',
  },
]

it.each(refusals)('leaves one event of each refusal: $title', async (refusal) => {
  const scene = await start(refusal.options ?? {})
  const ask = typeof refusal.ask === 'function' ? await refusal.ask(scene) : refusal.ask
  const events = () => scene.world.adapters.audit.events
  const before = events().length
  const answer = await post(scene.running, ask)
  const codeSent = answer.json.error?.data?.['code'] ?? answer.json.result?._meta?.['ai.allv/code']
  if (codeSent !== undefined) expect(codeSent).toBe(refusal.code)
  const left = events().slice(before)
  expect(left.map(({ type, code, operation }) => [type, code, operation])).toEqual([
    ['request.refused', refusal.code, refusal.operation],
  ])
  const [event] = left
  const known = refusal.proved !== 'nothing'
  expect(event).toMatchObject({
    workspaceId: known ? 'ws_acme' : null,
    credentialKind: known ? 'api-key' : null,
    face: 'mcp',
  })
  expect(event?.credentialId === null).toBe(!known)
  expect(event?.memberId === null).toBe(refusal.proved !== undefined)
  expect(event?.claimedWorkspaceId).toBe(known ? undefined : 'ws_acme')
})

const silent: readonly (readonly [string, Ask])[] = [
  ['another verb', { method: 'GET' }],
  ['a preflight', { method: 'OPTIONS' }],
  ['a ping', {}],
  ['a discovery', modern('server/discover')],
]

it.each(silent)('leaves no event if nothing was tried and nothing shown: %s', async (_, ask) => {
  const { world, running } = await start()
  await post(running, ask)
  expect(world.adapters.audit.events).toEqual([])
})

it('leaves no event for a caller without a proved key during an outage', async () => {
  const { world, running } = await start({
    adapt: () => ({ apiKeys: { findByDigest: async () => Promise.reject(new Error('down')) } }),
  })
  expect((await post(running, {})).status).toBe(503)
  expect(world.adapters.audit.events).toEqual([])
})

it('leaves one event for each refused request of a batch that is served', async () => {
  const { world, running } = await start()
  await post(running, { body: [rpc('none', {}, 1), rpc('tools/call', {}, 2), rpc('ping', {}, 3)] })
  expect(world.adapters.audit.events.map(({ code }) => code).sort()).toEqual([
    'INVALID_PARAMS',
    'METHOD_NOT_FOUND',
  ])
})

it('leaves one event of each refusal of the Agent API', async () => {
  const { world } = await start()
  const api = createAllvAgentApi(world.options)
  const agent = await api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acmeBound })
  const events = () => world.adapters.audit.events
  const cases: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ['TOOL_NOT_FOUND', 'tools/call', () => agent.callTool('none')],
    ['INVALID_PARAMS', 'tools/call', () => agent.callTool('deals.add', {}, { idempotencyKey: 'a b' })],
    ['INVALID_CURSOR', 'memory/list', () => agent.listMemory({ cursor: 'x' })],
    ['MEMORY_NOT_FOUND', 'memory/read', () => agent.readMemory('none')],
    ['UNAUTHENTICATED', 'admit', () => api.withApiKey({ workspaceId: 'ws_acme', apiKey: 'sk_none' })],
    ['UNAUTHENTICATED', 'admit', () => api.withApiKey({ workspaceId: 'ws_acme', apiKey: '' })],
  ]
  for (const [code, name, act] of cases) {
    const before = events().length
    await expect(act()).rejects.toMatchObject({ code })
    expect(events().slice(before)).toMatchObject([{ type: 'request.refused', code, operation: name }])
  }
})

it('does not compile an operation without an event', () => {
  const plane = runtimeOf(createWorld().options)
  // @ts-expect-error: there is no such operation, so there is no event for it.
  void (() => operation(plane, {} as Admitted, 'tools/steal', async () => ({ result: 1, facts: {} })))
  // @ts-expect-error: an operation says what its event says.
  void (() => operation(plane, {} as Admitted, 'tools/list', async () => ({ result: 1 })))
})
