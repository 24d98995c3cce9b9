import { type BusEvent, createInProcessEvents } from 'allv-mcp'
import { type Ask, type JsonRpc, listen, modern, open, post, type Running, toolCall } from './support/http.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

let world: World
let running: Running
let events = createInProcessEvents()
const streams: Stream[] = []

async function start(options: WorldOptions = {}): Promise<void> {
  events = createInProcessEvents()
  world = createWorld({ adapt: () => ({ events }), ...options })
  running = await listen(world)
}
afterEach(async () => {
  for (const { leave } of streams.splice(0)) leave()
  await running.close()
})

interface Stream {
  readonly messages: JsonRpc[]
  readonly ended: Promise<void>
  leave(): void
}

/** Opens a listen stream and waits for its acknowledgement. */
async function subscribe(notifications: object, as: Partial<Ask> = {}): Promise<Stream> {
  const gone = new AbortController()
  const ask = modern('subscriptions/listen', { notifications })
  const response = await open(running, {
    ...ask,
    ...as,
    headers: { ...ask.headers, ...as.headers },
    signal: gone.signal,
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const messages: JsonRpc[] = []
  const ended = (async () => {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      const lines = text.split('\n\n')
      text = lines.pop() ?? ''
      messages.push(
        ...lines.flatMap((line) =>
          line.includes('data: ') ? [JSON.parse(line.slice(line.indexOf('data: ') + 6))] : [],
        ),
      )
    }
  })().catch(() => {})
  const stream = { messages, ended, leave: () => gone.abort() }
  streams.push(stream)
  await until(() => messages.length > 0)
  return stream
}

const methods = ({ messages }: Stream) =>
  messages.map(({ method }) => method?.replace('notifications/', '') ?? 'result')
const TONE = 'allv://workspaces/ws_acme/memory/tone'
const ALL = {
  toolsListChanged: true,
  promptsListChanged: true,
  resourcesListChanged: true,
  resourceSubscriptions: [TONE],
}
const publish = (event: Partial<BusEvent>) =>
  events.publish({ workspaceId: 'ws_acme', memberId: null, type: 'tools_changed', ...event } as BusEvent)

it('acknowledges first, with the accepted filter, and marks every message with the request id', async () => {
  await start()
  const foreign = 'allv://workspaces/ws_globex/memory/tone'
  const stream = await subscribe({
    ...ALL,
    resourceSubscriptions: [TONE, foreign, 'allv://workspaces/ws_acme/memory/none', 'file:///etc/passwd'],
  })
  await publish({ type: 'tools_changed' })
  await publish({ type: 'resources_changed' })
  await publish({ type: 'memory_changed', key: 'tone' })
  await until(() => stream.messages.length === 4)
  expect(stream.messages[0]).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: {
      notifications: { toolsListChanged: true, resourcesListChanged: true, resourceSubscriptions: [TONE] },
      _meta: { 'io.modelcontextprotocol/subscriptionId': 7 },
    },
  })
  expect(methods(stream)).toEqual([
    'subscriptions/acknowledged',
    'tools/list_changed',
    'resources/list_changed',
    'resources/updated',
  ])
  expect(stream.messages[3]?.params?.['uri']).toBe(TONE)
  for (const { params } of stream.messages)
    expect(params?.['_meta']).toEqual({ 'io.modelcontextprotocol/subscriptionId': 7 })
})

it.each([
  'allv://workspaces/ws_acme/memory/%74one',
  'allv://workspaces/ws_acme/memory/%74%6f%6E%65',
  'allv://workspaces/ws%5facme/memory/tone',
])('reports changes with the spelling of the subscription: %s', async (uri) => {
  await start()
  const stream = await subscribe({ resourceSubscriptions: [uri] })
  expect(stream.messages[0]?.params?.['notifications']).toEqual({ resourceSubscriptions: [uri] })
  await publish({ type: 'memory_changed', key: 'tone' })
  await until(() => stream.messages.length === 2)
  expect(stream.messages[1]?.params?.['uri']).toBe(uri)
})

it('sends only requested notifications', async () => {
  await start()
  const stream = await subscribe({ toolsListChanged: true, resourcesListChanged: false })
  await publish({ type: 'resources_changed' })
  await publish({ type: 'prompts_changed' })
  await publish({ type: 'memory_changed', key: 'tone' })
  await publish({ type: 'tools_changed' })
  await until(() => stream.messages.length === 2)
  expect(methods(stream)).toEqual(['subscriptions/acknowledged', 'tools/list_changed'])
})

it('gives a member of another workspace, and a member without the scope, neither acknowledgement nor event', async () => {
  await start()
  const mine = await subscribe({ resourceSubscriptions: [TONE] })
  const globex = await subscribe(
    { toolsListChanged: true, resourceSubscriptions: [TONE] },
    { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' },
  )
  const bare = await subscribe(
    { toolsListChanged: true, resourceSubscriptions: [TONE] },
    { key: 'acmeNoScopes', member: 'omar@acme.test' },
  )
  expect(globex.messages[0]?.params?.['notifications']).toEqual({ toolsListChanged: true })
  expect(bare.messages[0]?.params?.['notifications']).toEqual({ toolsListChanged: true })
  await publish({ type: 'memory_changed', key: 'tone' })
  await publish({ type: 'memory_changed', key: 'tone', deleted: true })
  await until(() => mine.messages.length === 3)
  expect(globex.messages).toHaveLength(1)
  expect(bare.messages).toHaveLength(1)
})

it('sends an event for one member to the streams of exactly that member', async () => {
  await start()
  const maria = [await subscribe({ toolsListChanged: true }), await subscribe({ toolsListChanged: true })]
  const omar = await subscribe({ toolsListChanged: true }, { member: 'omar@acme.test' })
  await publish({ memberId: 'mem_maria' })
  await until(() => maria.every(({ messages }) => messages.length === 2))
  expect(omar.messages).toHaveLength(1)
})

it('reports a change that agent.update_memory made', async () => {
  await start()
  const stream = await subscribe(ALL)
  await post(running, {
    member: 'omar@acme.test',
    body: toolCall('agent.update_memory', { key: 'tone', text: 'warm' }),
  })
  await until(() => stream.messages.length === 2)
  await post(running, {
    member: 'omar@acme.test',
    body: toolCall('agent.update_memory', { key: 'fresh', text: 'x' }),
  })
  await post(running, {
    member: 'omar@acme.test',
    body: toolCall('agent.update_memory', { key: 'tone', operation: 'delete' }),
  })
  await until(() => stream.messages.length === 5)
  expect(methods(stream).slice(1)).toEqual([
    'resources/updated',
    'resources/list_changed',
    'resources/updated',
    'resources/list_changed',
  ])
})

it('reports no entry that the member may not read any more', async () => {
  const hidden = new Set<string>()
  events = createInProcessEvents()
  world = createWorld({
    adapt: ({ memory }) => ({
      events,
      memory: {
        list: (context, page) => memory.list(context, page),
        read: async (context, entry) => (hidden.has(context.member.id) ? null : memory.read(context, entry)),
      },
    }),
  })
  running = await listen(world)
  const filter = { toolsListChanged: true, resourceSubscriptions: [TONE] }
  const maria = await subscribe(filter)
  const omar = await subscribe(filter, { member: 'omar@acme.test' })
  hidden.add('mem_maria')
  await publish({ type: 'memory_changed', key: 'tone' })
  await until(() => omar.messages.length === 2)
  // The order of one stream is that of the events: what comes after it shows that nothing came before.
  await publish({ type: 'tools_changed' })
  await until(() => maria.messages.length === 2 && omar.messages.length === 3)
  expect(methods(maria).slice(1)).toEqual(['tools/list_changed'])
  expect(methods(omar).slice(1)).toEqual(['resources/updated', 'tools/list_changed'])
})

describe('ends', () => {
  it.each([
    ['the key is revoked', () => world.adapters.apiKeys.revoke('key_acme')],
    ['the member is deactivated', () => world.adapters.members.setActive('ws_acme', 'mem_maria', false)],
    ['the feature is switched off', () => world.adapters.features.set('mcp_server_v1', 'ws_acme', false)],
  ] as const)('with the next event once %s, and the event is not sent', async (_, change) => {
    await start()
    const stream = await subscribe({ toolsListChanged: true })
    change()
    await publish({})
    await stream.ended
    expect(methods(stream)).toEqual(['subscriptions/acknowledged', 'result'])
    expect(stream.messages[1]).toMatchObject({
      id: 7,
      result: { resultType: 'complete', _meta: { 'io.modelcontextprotocol/subscriptionId': 7 } },
    })
    await until(() => world.adapters.audit.events.at(-1)?.type === 'stream.closed')
    expect(world.adapters.audit.events.at(-1)).toMatchObject({ outcome: 'refused', memberId: 'mem_maria' })
  })

  it('with its result when the router closes', async () => {
    await start()
    const router = world.router()
    const server = await listen({ ...world, router: () => router })
    await running.close()
    running = server
    const stream = await subscribe({ toolsListChanged: true })
    await router.close()
    await stream.ended
    expect(methods(stream)).toEqual(['subscriptions/acknowledged', 'result'])
  })

  it('at once when no part of the filter is accepted', async () => {
    await start()
    const stream = await subscribe({
      promptsListChanged: true,
      resourceSubscriptions: ['allv://workspaces/ws_globex/memory/tone'],
    })
    await stream.ended
    expect(methods(stream)).toEqual(['subscriptions/acknowledged', 'result'])
  })

  it('and leaves nothing behind when the client disconnects', async () => {
    await start()
    const stream = await subscribe({ toolsListChanged: true })
    stream.leave()
    await until(() => world.adapters.audit.events.at(-1)?.type === 'stream.closed')
    expect(world.adapters.audit.events.map(({ type }) => type)).toEqual(['stream.opened', 'stream.closed'])
  })
})

it('refuses an invalid filter, a client that accepts no stream, and too many streams', async () => {
  await start({ rateLimit: false })
  const ask = (notifications: unknown, headers = {}) => {
    const base = modern('subscriptions/listen', notifications === undefined ? {} : { notifications })
    return post(running, { ...base, headers: { ...base.headers, ...headers } })
  }
  for (const bad of [
    undefined,
    'all',
    { toolsListChanged: 'yes' },
    { resourceSubscriptions: 'x' },
    { resourceSubscriptions: [1] },
  ]) {
    const answer = await ask(bad)
    expect([answer.status, answer.json.error?.code, answer.json.id]).toEqual([200, -32602, 7])
  }
  expect((await ask({ toolsListChanged: true }, { accept: 'application/json' })).status).toBe(406)
  for (let i = 0; i < 64; i += 1) await subscribe({ toolsListChanged: true })
  const full = await ask({ toolsListChanged: true })
  expect([full.status, full.json.error?.data['code']]).toEqual([200, 'TOO_MANY_STREAMS'])
  const [first] = streams
  first?.leave()
  await until(() => world.adapters.audit.events.some(({ type }) => type === 'stream.closed'))
  await subscribe({ toolsListChanged: true })
})

it('ignores other events of the bus', async () => {
  await start()
  const stream = await subscribe(ALL)
  await publish({ type: 'library', memberId: 'mem_maria', sealed: 'ask_1' })
  await publish({ type: 'tools_changed', workspaceId: 'ws_globex' })
  await publish({})
  await until(() => stream.messages.length === 2)
})

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !holds(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}
