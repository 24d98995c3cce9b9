/** Every request, in both eras, to a host with a brand and with adapters of every kind. */

import { ask, createInProcessEvents } from 'allv-mcp'
import { type Ask, modern, open, post, rpc, toolCall } from './http.js'
import { type Scene, until } from './scene.js'
import { QUESTION } from './tools.js'
import type { World, WorldOptions } from './world.js'

const MARIA = { 'x-acme-user-email': 'maria@acme.test' }
export const MEMORY = 'acme://workspaces/ws_acme/memory'
const ORIGIN = 'https://app.acme.test'

export const offerings: NonNullable<WorldOptions['adapt']> = () => ({
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

export const OWN: WorldOptions = {
  brand: { realm: 'Acme', headerPrefix: 'x-acme-', metaPrefix: 'com.acme/', memoryScheme: 'acme' },
  featureFlag: 'acme_agents',
  serverInfo: { name: 'acme-agent', version: '1.0.0' },
  allowedOrigins: [ORIGIN],
  adapt: offerings,
}

export interface Host extends Scene {
  /** Every answer to every caller: status, headers and body. */
  readonly received: string[]
  /** Methods of MCP that were asked for. */
  readonly asked: Set<string>
  /** Asks as maria, in the host's own header. */
  send(given: Ask): ReturnType<typeof post>
}

/** A host that records requests and answers. */
export function listened(scene: Scene): Host {
  const received: string[] = []
  const asked = new Set<string>()
  return {
    ...scene,
    received,
    asked,
    async send(given) {
      const { body } = given
      for (const one of [body].flat())
        if (typeof one === 'object' && one !== null && 'method' in one) asked.add(String(one.method))
      const whole = { member: null, ...given, headers: { ...MARIA, ...given.headers } }
      const answer = await post(scene.running, whole)
      received.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${answer.text}`)
      return answer
    },
  }
}

/** Approves what is asked for this deal. */
export async function approve({ adapters: { approvals } }: World, dealId: string): Promise<void> {
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
/** By name and arguments. */
export const CALLS: readonly (readonly [string, object])[] = [
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
async function listens({ world, running, send, received, asked }: Host): Promise<void> {
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
  received.push(`${JSON.stringify([...stream.headers])} ${said}`)
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

/** In both eras, and what is refused before either. */
export async function askEverything(host: Host): Promise<void> {
  for (const act of [everythingIn2025, everythingIn2026, listens, refused]) await act(host)
}
