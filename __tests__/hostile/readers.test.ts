import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createInProcessEvents, defineTool } from 'allv-mcp'
import { modern, post, type Running, rpc, toolCall } from '../support/http.js'
import { scenes, until } from '../support/scene.js'
import { createWorld, KEYS } from '../support/world.js'

/** Clients that request much and read nothing: they are disconnected, and other clients are not affected. */

const start = scenes()
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

const MEGABYTE = 1024 * 1024
const many = defineTool({
  name: 'many',
  description: 'Answers as many bytes as it is told.',
  input: { type: 'object', properties: { bytes: { type: 'number' } } },
  run: ({ bytes }) => 'é'.repeat(Number(bytes) / 2),
})

interface Silent {
  readonly socket: Socket
  isClosed(): boolean
}

/** Sends a request by hand, and reads nothing. */
function silent(running: Pick<Running, 'port'>, body: unknown, headers: Record<string, string> = {}): Silent {
  const text = JSON.stringify(body)
  const lines = Object.entries({
    host: 'x',
    'x-api-key': KEYS.acme,
    'x-allv-user-id': 'mem_maria',
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  const socket = connect(running.port, '127.0.0.1', () => {
    socket.write(['POST /api/workspaces/ws_acme/mcp HTTP/1.1', ...lines, '', text].join('\r\n'))
  })
  socket.pause()
  let closed = false
  socket.on('error', () => {
    closed = true
  })
  socket.on('close', () => {
    closed = true
  })
  sockets.push(socket)
  return { socket, isClosed: () => closed }
}

/** Reads what is there until the connection ends: whether the answer came whole. */
async function isWhole({ socket }: Silent): Promise<boolean> {
  let received = 0
  let announced = Number.NaN
  socket.on('data', (chunk: Buffer) => {
    if (Number.isNaN(announced)) {
      const head = chunk.toString('latin1')
      announced = Number(/content-length: (\d+)/i.exec(head)?.[1])
      received -= head.indexOf('\r\n\r\n') + 4
    }
    received += chunk.length
  })
  socket.resume()
  await until(() => received === announced || socket.closed)
  return received === announced
}

/** What the tool answers is not the subject here. */
const WHOLE = { toolOutputLimitBytes: 64 * MEGABYTE }

it('disconnects readers of single answers that read nothing, oldest first, and sends the newest and that of another key completely', async () => {
  const world = createWorld({ tools: [many], maxUnsentBytes: 4 * MEGABYTE, ...WHOLE })
  const { running } = await start(world)
  // More than the system keeps for a socket.
  const body = toolCall('many', { bytes: 16 * MEGABYTE })
  const others = silent(running, body, { 'x-api-key': KEYS.acmeBound })
  await until(() => world.adapters.runs.all().filter(({ status }) => status === 'succeeded').length === 1)
  const mine: Silent[] = []
  for (let asked = 0; asked < 4; asked += 1) {
    mine.push(silent(running, body))
    await until(
      () => world.adapters.runs.all().filter(({ status }) => status === 'succeeded').length === asked + 2,
    )
  }
  const whole: boolean[] = []
  for (const one of [...mine, others]) whole.push(await isWhole(one))
  expect(whole).toEqual([false, false, false, true, true])
})

it('sends a large answer completely to a slow reader, byte for byte', async () => {
  const { running } = await start(createWorld({ tools: [many], maxUnsentBytes: MEGABYTE, ...WHOLE }))
  const { json } = await post(running, { body: toolCall('many', { bytes: 8 * MEGABYTE }) })
  expect(json.result.content[0].text).toBe('é'.repeat(4 * MEGABYTE))
  const slow = silent(running, toolCall('many', { bytes: 16 * MEGABYTE }))
  for (let pauses = 0; pauses < 5; pauses += 1) {
    slow.socket.read(MEGABYTE)
    await sleep(20)
  }
  const streamed = await post(running, {
    headers: { accept: 'text/event-stream' },
    body: toolCall('many', { bytes: 8 * MEGABYTE }),
  })
  expect(streamed.json.result.content[0].text).toHaveLength(4 * MEGABYTE)
})

it('ends a listen stream whose reader does not read, and records why', async () => {
  const events = createInProcessEvents()
  const world = createWorld({ adapt: () => ({ events }), rateLimit: false })
  const { running } = await start(world)
  const { headers = {}, body = {} } = modern('subscriptions/listen', {
    notifications: { toolsListChanged: true },
  })
  silent(running, { ...(body as object), id: 'x'.repeat(1024) }, headers as Record<string, string>)
  await until(() => world.adapters.audit.events.some(({ type }) => type === 'stream.opened'))
  const isClosed = () => world.adapters.audit.events.some(({ type }) => type === 'stream.closed')
  while (!isClosed()) {
    for (let i = 0; i < 100; i += 1)
      await events.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
    await sleep(0)
  }
  expect(world.adapters.audit.events.at(-1)).toMatchObject({
    type: 'stream.closed',
    outcome: 'reader too slow',
  })
}, 120_000)

it('ends pipelined requests of a closed connection: its streams no longer count', async () => {
  const world = createWorld({ rateLimit: false })
  const { running } = await start(world)
  const { headers = {}, body = {} } = modern('subscriptions/listen', {
    notifications: { toolsListChanged: true },
  })
  const text = JSON.stringify(body)
  const lines = Object.entries({
    host: 'x',
    'x-api-key': KEYS.acme,
    'x-allv-user-id': 'mem_maria',
    accept: 'text/event-stream',
    'content-type': 'application/json',
    'content-length': String(text.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  const one = ['POST /api/workspaces/ws_acme/mcp HTTP/1.1', ...lines, '', text].join('\r\n')
  const socket = connect(running.port, '127.0.0.1', () => socket.write(one.repeat(20)))
  sockets.push(socket)
  const count = (type: string) => world.adapters.audit.events.filter((event) => event.type === type).length
  await until(() => count('stream.opened') === 20)
  socket.destroy()
  await until(() => count('stream.closed') === 20)
})

it.each([
  ['a stream that the tool reports on', toolCall('reports', {}, { _meta: { progressToken: 'p' } }), {}],
  ['a single answer', toolCall('reports'), {}],
  [
    'a listen stream',
    modern('subscriptions/listen', { notifications: { toolsListChanged: true } }).body,
    modern('subscriptions/listen').headers ?? {},
  ],
])('survives a host that ends the response itself: %s', async (_, body, headers) => {
  const uncaught: unknown[] = []
  const onUncaught = (error: unknown) => uncaught.push(error)
  process.on('uncaughtException', onUncaught)
  const events = createInProcessEvents()
  let finished = 0
  let end: () => void = () => {}
  const reports = defineTool({
    name: 'reports',
    description: 'Reports before and after the host has had enough.',
    input: { type: 'object' },
    async run(__, { progress }) {
      progress({ progress: 1 })
      end()
      await sleep(60)
      progress({ progress: 2 })
      finished += 1
      return 'done'
    },
  })
  const world = createWorld({ tools: [reports], adapt: () => ({ events }) })
  const router = world.router()
  const server = createServer((req, res) => {
    req.url = req.url?.replace('/api', '') ?? ''
    end = () => res.end()
    router(req, res, () => res.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const client = silent({ port }, body, headers as Record<string, string>)
    client.socket.resume()
    if ('mcp-method' in headers) {
      await until(() => world.adapters.audit.events.some(({ type }) => type === 'stream.opened'))
      await sleep(20)
      end()
      await events.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
      await until(() => world.adapters.audit.events.some(({ type }) => type === 'stream.closed'))
    } else await until(() => finished === 1)
    await router.close()
    expect(uncaught).toEqual([])
    expect(world.failures).toEqual([])
  } finally {
    process.off('uncaughtException', onUncaught)
    server.close()
    server.closeAllConnections()
  }
})

it('counts every message of a batch: requests, notifications and answers', async () => {
  const published: unknown[] = []
  const { running } = await start({
    rateLimit: { points: 10, seconds: 60 },
    adapt: () => ({
      events: { publish: async (event) => void published.push(event), subscribe: () => () => {} },
    }),
  })
  const answers = Array.from({ length: 8 }, (_, i) => ({
    jsonrpc: '2.0',
    id: `ask_${String(i).padStart(22, 'x')}`,
    result: {},
  }))
  const notifications = Array.from({ length: 11 }, () => ({
    jsonrpc: '2.0',
    method: 'notifications/initialized',
  }))
  expect((await post(running, { body: answers })).status).toBe(202)
  expect(published).toHaveLength(8)
  expect((await post(running, { body: [rpc('ping'), ...answers] })).status).toBe(429)
  expect((await post(running, { member: 'omar@acme.test', body: notifications })).status).toBe(429)
  expect(published).toHaveLength(8)
})
