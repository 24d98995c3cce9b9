import { readFileSync } from 'node:fs'
import {
  type AgentOutcome,
  type AllvAgent,
  type AllvAgentApi,
  ask,
  createAllvAgentApi,
  createControlPlane,
  createInProcessEvents,
  isAllvError,
} from 'allv-mcp'
import { nodesOf, readSources } from './architecture/sources.js'
import { type Ask, modern, open, post, rpc, toolCall } from './support/http.js'
import { type Scene, scenes, until } from './support/scene.js'
import { QUESTION } from './support/tools.js'
import { createWorld, KEYS, type WorldOptions } from './support/world.js'

/** With a brand of its own, a host's users meet no name of the library's, in whatever they are answered. */

const start = scenes()

const MARIA = { 'x-acme-user-email': 'maria@acme.test' }
const MEMORY = 'acme://workspaces/ws_acme/memory'
const ORIGIN = 'https://app.acme.test'

const adapt: WorldOptions['adapt'] = () => ({
  events: createInProcessEvents(),
  prompts: {
    list: async () => [{ name: 'weekly' }, { name: 'asking' }],
    get: async (_, { name }) =>
      name === 'asking' ? ask({ inputRequests: { q: QUESTION } }) : { messages: [] },
    complete: async () => ({ values: ['x'] }),
  },
  resources: {
    list: async () => [{ uri: 'crm://1', name: 'a deal' }],
    read: async (_, { uri }) => (uri === 'crm://1' ? [{ uri, text: 'deal' }] : null),
    templates: async () => [{ uriTemplate: 'crm://{id}', name: 'deal' }],
    complete: async () => ({ values: ['1'] }),
  },
})

const OWN: WorldOptions = {
  brand: { realm: 'Acme', headerPrefix: 'x-acme-', metaPrefix: 'com.acme/', memoryScheme: 'acme' },
  featureFlag: 'acme_agents',
  serverInfo: { name: 'acme-agent', version: '1.0.0' },
  allowedOrigins: [ORIGIN],
  adapt,
}

interface Host extends Scene {
  /** All that was said to anybody: status, headers and body. */
  readonly heard: string[]
  /** Methods of MCP that were asked for. */
  readonly asked: Set<string>
  /** Asks as maria, in the host's own header. */
  send(given: Ask): ReturnType<typeof post>
}

async function own(): Promise<Host> {
  const scene = await start(OWN)
  const heard: string[] = []
  const asked = new Set<string>()
  return {
    ...scene,
    heard,
    asked,
    async send(given) {
      const { body } = given
      for (const one of [body].flat())
        if (typeof one === 'object' && one !== null && 'method' in one) asked.add(String(one.method))
      const whole = { member: null, ...given, headers: { ...MARIA, ...given.headers } }
      const answer = await post(scene.running, whole)
      heard.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${answer.text}`)
      return answer
    },
  }
}

/** Random text spells anything once in a while. */
const withoutRandom = (said: string) => said.replaceAll(/[\w.-]{80,}|\b[a-z]+_[\w-]{22,}/g, '')
const named = (heard: readonly string[]) => heard.filter((said) => /allv/i.test(withoutRandom(said)))

/** Approves what is asked for this deal. */
async function approve({ adapters: { approvals } }: Scene['world'], dealId: string): Promise<void> {
  const asked = approvals.list().find((one) => one.arguments['dealId'] === dealId && one.state === 'pending')
  const decision = { id: asked?.id ?? '', decision: 'approve', decidedBy: 'operator' } as const
  expect(await approvals.decide(decision)).toMatchObject({ status: 'decided' })
}

const LISTS = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list']
const URIS = [`${MEMORY}/tone`, `${MEMORY}/none`, 'acme://x', 'crm://1', 'crm://none']
const REFS = [
  { type: 'ref/prompt', name: 'weekly' },
  { type: 'ref/resource', uri: `${MEMORY}/{key}` },
  { type: 'ref/resource', uri: 'crm://{id}' },
]
const CALLS: readonly (readonly [string, object])[] = [
  ['deals.add', {}],
  ['deals.delete', { dealId: 'd' }],
  ['deals.confirm', { dealId: 'd' }],
  ['deals.forbidden', {}],
  ['none', {}],
  ['deaf', {}],
  ['throws', {}],
  ['fails', {}],
  ['asks', {}],
  ['slow', { ms: 4 }],
  ['agent.read_memory', { key: 'tone' }],
  ['agent.update_memory', { key: 'tone', text: 'new', expectedRevision: 'x' }],
  ['agent.get_approval', { approvalId: 'none' }],
]

async function everythingIn2025({ send, world }: Host): Promise<void> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: { url: {} } },
    clientInfo: { name: 'c', version: '1' },
  }
  const { headers: given } = await send({ body: rpc('initialize', params) })
  const headers = { 'mcp-session-id': given.get('mcp-session-id') ?? '' }
  for (const method of ['ping', ...LISTS]) await send({ headers, body: rpc(method) })
  for (const uri of URIS) await send({ body: rpc('resources/read', { uri }) })
  for (const ref of REFS)
    await send({ body: rpc('completion/complete', { ref, argument: { name: 'key', value: '' } }) })
  for (const name of ['weekly', 'asking', 'none']) await send({ headers, body: rpc('prompts/get', { name }) })
  const _meta = { 'com.acme/idempotencyKey': 'k1', progressToken: 'p' }
  for (const b of [2, 2, 3]) await send({ body: toolCall('deals.add', { a: 1, b }, { _meta }) })
  expect(world.executions).toHaveLength(1)
  for (const [name, args] of CALLS) await send({ headers, body: toolCall(name, args) })
  await send({ body: toolCall('deals.delete', { dealId: 'x' }) })
  await approve(world, 'x')
  for (const _ of ['runs', 'replays']) await send({ body: toolCall('deals.delete', { dealId: 'x' }) })
  const batch = [rpc('ping'), toolCall('deals.add', { a: 1, b: 2 })]
  await send({ body: batch, headers: { 'mcp-protocol-version': '2025-03-26' } })
  for (const method of ['tasks/get', 'nothing/here']) await send({ headers, body: rpc(method) })
}

const ASKABLE = { elicitation: { form: {}, url: {} } }
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const call = (name: string, args: object, capabilities = {}, meta = {}) =>
  modern('tools/call', { name, arguments: args, _meta: meta }, capabilities)

async function everythingIn2026({ send, world }: Host): Promise<void> {
  for (const method of ['server/discover', ...LISTS]) await send(modern(method))
  for (const uri of URIS) await send(modern('resources/read', { uri }))
  await send(modern('prompts/get', { name: 'asking' }, ASKABLE))
  for (const ref of REFS)
    await send(modern('completion/complete', { ref, argument: { name: 'key', value: '' } }))
  await send(call('deals.add', { a: 1, b: 2 }, {}, { 'com.acme/idempotencyKey': 'k2' }))
  for (const [name, args] of CALLS) await send(call(name, args, ASKABLE))
  for (const name of ['asks', 'none']) await send(call(name, {}))
  await send(modern('nothing/here'))
  const { taskId } = (await send(call('deals.delete', { dealId: 'f' }, TASKS))).json.result
  await send(modern('tasks/get', { taskId }, TASKS))
  await approve(world, 'f')
  await until(async () => {
    const { json } = await send(modern('tasks/get', { taskId }, TASKS))
    return json.result.status === 'completed'
  })
  await send(modern('tasks/update', { taskId, inputResponses: {} }, TASKS))
  await send(modern('tasks/cancel', { taskId: 'none' }, TASKS))
}

/** Hears of a task that waits, and of a memory entry that has changed. */
async function listens({ world, running, send, heard, asked }: Host): Promise<void> {
  const { taskId } = (await send(call('deals.delete', { dealId: 'g' }, TASKS))).json.result
  const notifications = { resourceSubscriptions: [`${MEMORY}/tone`], taskIds: [taskId] }
  const { headers, body } = modern('subscriptions/listen', { notifications }, TASKS)
  asked.add('subscriptions/listen')
  const gone = new AbortController()
  const wanted = { body, member: null, headers: { ...headers, ...MARIA }, signal: gone.signal }
  const stream = await open(running, wanted)
  let said = ''
  for await (const chunk of stream.body ?? []) {
    const first = said === ''
    said += Buffer.from(chunk).toString()
    const event = { type: 'memory_changed', workspaceId: 'ws_acme', memberId: null, key: 'tone' } as const
    if (first) await world.options.adapters.events?.publish(event)
    if (said.includes(`"uri":"${MEMORY}/tone"`) && said.includes('com.acme/approval')) break
  }
  gone.abort()
  heard.push(`${JSON.stringify([...stream.headers])} ${said}`)
}

const REFUSED: readonly (Ask & { readonly code: string })[] = [
  { code: 'UNAUTHENTICATED', key: null },
  { code: 'UNAUTHENTICATED', headers: { 'x-api-key': 'sk_none' } },
  { code: 'MEMBER_REQUIRED', headers: { 'x-acme-user-email': '' } },
  { code: 'MEMBER_AMBIGUOUS', headers: { 'x-acme-user-id': 'mem_omar' } },
  { code: 'MEMBER_NOT_ALLOWED', headers: { 'x-acme-user-email': 'nobody@acme.test' } },
  { code: 'CREDENTIALS_AMBIGUOUS', headers: { authorization: 'Bearer sk_other' } },
  { code: 'ORIGIN_NOT_ALLOWED', headers: { origin: 'https://evil.test' } },
  { code: 'METHOD_NOT_ALLOWED', method: 'PUT' },
  { code: 'PARSE_ERROR', body: '{' },
  { code: 'INVALID_REQUEST', body: {} },
  { code: 'UNSUPPORTED_MEDIA_TYPE', headers: { 'content-type': 'text/plain' } },
  { code: 'NOT_ACCEPTABLE', headers: { accept: 'image/png' } },
  { code: 'UNSUPPORTED_PROTOCOL_VERSION', headers: { 'mcp-protocol-version': '2020-01-01' } },
  { code: 'HEADER_MISMATCH', ...modern('tools/list'), headers: { 'mcp-protocol-version': '2026-07-28' } },
]

async function refused({ send, world }: Host): Promise<void> {
  for (const { code, ...given } of REFUSED) {
    const { text } = await send(given)
    expect(text).toContain(code)
  }
  world.adapters.features.set('acme_agents', 'ws_acme', false)
  expect((await send({})).text).toContain('FEATURE_DISABLED')
  world.adapters.features.set('acme_agents', 'ws_acme', true)
  await send({ method: 'OPTIONS', key: null, headers: { origin: ORIGIN } })
  await send({ headers: { origin: ORIGIN } })
}

it('says none of its own names over MCP, whatever is asked in whichever era', async () => {
  const host = await own()
  for (const act of [everythingIn2025, everythingIn2026, listens, refused]) await act(host)
  const methods = readFileSync('lib/mcp/methods/table.ts', 'utf8').matchAll(/^ {2}'([a-z/]+)': \{ run/gm)
  const offered = [...methods].map(([, name = '']) => name)
  expect(offered.length).toBeGreaterThan(8)
  for (const method of [...offered, 'initialize', 'server/discover', 'subscriptions/listen'])
    expect(host.asked).toContain(method)
  expect(host.heard.length).toBeGreaterThan(80)
  expect(named(host.heard)).toEqual([])
  const all = host.heard.join('\n')
  for (const name of ['code', 'runId', 'correlationId', 'approval', 'approvalId', 'replayOf', 'revision'])
    expect(all).toContain(`"com.acme/${name}"`)
  for (const name of [
    'Bearer realm=\\"Acme\\"',
    `"uri":"${MEMORY}/tone"`,
    `${MEMORY}/{key}`,
    'X-Acme-User-Id',
  ])
    expect(all).toContain(name)
  for (const name of ['x-acme-user-id and x-acme-user-email must', 'in x-acme-user-id or x-acme-user-email'])
    expect(all).toContain(name)
})

/** As an endpoint of the host's own would pass it on. */
const told = (answer: unknown) =>
  answer instanceof Error && isAllvError(answer)
    ? JSON.stringify([answer.code, answer.message, answer.details, answer.headers])
    : JSON.stringify(answer)

const doors: readonly ((api: AllvAgentApi) => Promise<AllvAgent>)[] = [
  (api) => api.withApiKey({ workspaceId: 'ws_acme', apiKey: 'sk_none' }),
  (api) => api.withApiKey({ workspaceId: 'ws_acme', apiKey: '' }),
  (api) => api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acme }),
  (api) =>
    api.withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_omar', email: 'maria@acme.test' },
    }),
  (api) => api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_none', via: 'inbox' }),
]

it('says none of them through the Agent API', async () => {
  const world = createWorld(OWN)
  const api = createAllvAgentApi(createControlPlane(world.options))
  const heard: string[] = []
  for (const enter of doors) heard.push(told(await enter(api).catch((error: unknown) => error)))
  const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' })
  const hear = async (answer: Promise<unknown>) =>
    heard.push(told(await answer.catch((error: unknown) => error)))
  for (const answer of [
    maria.listTools(),
    maria.listMemory(),
    maria.readMemory('tone'),
    maria.readMemory('x'),
  ])
    await hear(answer)
  for (const [name, args] of [...CALLS, ['deals.delete', { dealId: 'c' }] as const])
    await hear(maria.callTool(name, args))
  await approve(world, 'c')
  for (const _ of ['runs', 'replays']) await hear(maria.callTool('deals.delete', { dealId: 'c' }))
  const id = world.adapters.approvals.list()[0]?.id ?? ''
  for (const answer of [maria.getApproval(id), maria.waitForApproval(id, { timeoutMs: 1 })])
    await hear(answer)
  expect(named(heard)).toEqual([])
  const all = heard.join('\n')
  for (const name of [
    'Bearer realm=\\"Acme\\"',
    'x-acme-user-id and x-acme-user-email must',
    'in x-acme-user-id or',
  ])
    expect(all).toContain(name)
  const statuses = ['completed', 'pending_approval', 'denied', 'failed', 'timed_out'] as const
  for (const status of statuses satisfies readonly AgentOutcome['status'][])
    expect(all).toContain(`"status":"${status}"`)
})

/** Where the sources may spell the library's name, and to whom it speaks there. */
const SPELT: readonly (readonly [RegExp, string])[] = [
  [/^control-plane\/runtime\/brand\.ts$/, 'the defaults of the brand'],
  [
    /^foundation\/errors\/catalogue\.ts$/,
    'two sentences with the default headers, which memberRefusal words',
  ],
  [/^control-plane\/runtime\/options\.ts$/, 'the default of serverInfo'],
  [
    /^control-plane\/runtime\/(control-plane|runtime|failure-line)\.ts$/,
    'to the host, in its process and its log',
  ],
  [/^foundation\/errors\/allv-error\.ts$/, 'the name of the class, by which hosts know the error'],
  [
    /^foundation\/(crypto\/sealed-token|json\/(arguments-reader|output-marks))\.ts$/,
    'to nobody: what keys are derived with, and symbols',
  ],
  [/^(postgres|redis|testing)\//, 'names of schemas, channels and keys in the stores of the host'],
]

it('spells them nowhere else', () => {
  const spelt = readSources().flatMap((source) =>
    nodesOf(source)
      .filter(({ node }) => node.type === 'StringLiteral' || node.type === 'TemplateElement')
      .filter(({ code }) => /allv/i.test(code) && !code.endsWith("/allv-error.js'"))
      .map(({ code }) => ({ path: source.path, code })),
  )
  expect(spelt.length).toBeGreaterThan(5)
  expect(spelt.filter(({ path }) => !SPELT.some(([where]) => where.test(path)))).toEqual([])
  const sentences = spelt.filter(({ path }) => path === 'foundation/errors/catalogue.ts')
  expect(sentences).toHaveLength(2)
})
