import { type BusEvent, createInProcessEvents } from 'allv-mcp'
import { type JsonRpc, modern, open, post, type Running, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { taskClient } from './support/tasks.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

/** The work that listen streams cause: events for no stream cost nothing, and work for many streams is done once. */

const start = scenes()
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const leaving: AbortController[] = []
afterEach(() => {
  for (const abort of leaving.splice(0)) abort.abort()
})

/** Opens a listen stream and waits for its acknowledgement. */
async function listenTo(running: Running, notifications: object, member = 'maria@acme.test') {
  const gone = new AbortController()
  leaving.push(gone)
  const request = modern('subscriptions/listen', { notifications }, TASKS)
  const response = await open(running, { ...request, member, signal: gone.signal })
  const messages: JsonRpc[] = []
  const reading = (async () => {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames)
        if (frame.includes('data: ')) messages.push(JSON.parse(frame.slice(frame.indexOf('data: ') + 6)))
    }
  })().catch(() => {})
  await until(() => messages.length > 0)
  return { messages, reading, stop: () => gone.abort() }
}
const statuses = (messages: readonly JsonRpc[]) =>
  messages.flatMap(({ method, params }) => (method === 'notifications/tasks' ? [params?.['status']] : []))

/** A world that counts the checks of admission, and can make them wait. */
async function counting(options: WorldOptions = {}) {
  const events = createInProcessEvents()
  const counts = { members: 0, memory: 0, runs: 0 }
  const gate: { open: Promise<void> } = { open: Promise.resolve() }
  const { adapt = () => ({}), ...rest } = options
  const world = createWorld({
    rateLimit: false,
    ...rest,
    adapt: (adapters) => ({
      events,
      members: {
        ...adapters.members,
        async findByEmail(query) {
          counts.members += 1
          await gate.open
          return adapters.members.findByEmail(query)
        },
      },
      memory: {
        ...adapters.memory,
        read: (context, query) => {
          counts.memory += 1
          return adapters.memory.read(context, query)
        },
      },
      runs: {
        ...adapters.runs,
        get: (query) => {
          counts.runs += 1
          return adapters.runs.get(query)
        },
      },
      ...adapt(adapters),
    }),
  })
  const { running } = await start(world)
  const publish = (event: object) =>
    events.publish({ workspaceId: 'ws_acme', memberId: null, ...event } as BusEvent)
  return { world, running, events, counts, gate, publish }
}
const decide = (world: World, place = 0) => {
  const { id = '' } = world.adapters.approvals.list()[place] ?? {}
  return world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
}

const FOREIGN = [
  { type: 'library' },
  { type: 'client_answered', requestId: 'ask_1', response: { text: 'x'.repeat(1000) } },
  { type: 'request_cancelled', session: 's', requestId: 1 },
  { type: 'run_changed', runId: 'run_1' },
  { type: 'run_joined', runId: 'run_1' },
  { type: 'run_cancelled', runId: 'run_1' },
  { type: 'approval_changed', approvalId: 'apr_1' },
  { type: 'prompts_changed' },
  { type: 'memory_changed', key: 'other' },
  { type: 'memory_changed' },
  { type: 'memory_changed', key: '\ud800' },
  { type: 'memory_changed', key: 5 },
  { type: 'resource_changed', uri: 'file:///x' },
  { type: 'resource_changed' },
  { type: 'invented_by_a_newer_node', uri: 'x' },
  { type: 'constructor' },
  {},
]

it('calls no adapter for events that the filter does not ask for, and ends no stream for an unknown event', async () => {
  const { running, world, counts, publish } = await counting()
  const uri = 'allv://workspaces/ws_acme/memory/tone'
  const stream = await listenTo(running, { toolsListChanged: true, resourceSubscriptions: [uri] })
  const before = { ...counts }
  for (let times = 0; times < 20; times += 1) for (const event of FOREIGN) await publish(event)
  expect(counts).toEqual(before)
  await publish({ type: 'tools_changed' })
  await until(() => stream.messages.length === 2)
  expect(stream.messages[1]?.method).toBe('notifications/tools/list_changed')
  expect(world.failures).toEqual([])
})

it('makes one check at a time, for all events that came meanwhile, each once', async () => {
  const { running, counts, gate, publish } = await counting()
  const uri = 'allv://workspaces/ws_acme/memory/tone'
  const stream = await listenTo(running, { toolsListChanged: true, resourceSubscriptions: [uri] })
  const before = { ...counts }
  let open: () => void = () => {}
  gate.open = new Promise((resolve) => {
    open = resolve
  })
  for (let times = 0; times < 1000; times += 1) {
    await publish({ type: 'tools_changed' })
    await publish({ type: 'memory_changed', key: 'tone' })
  }
  expect(counts.members - before.members).toBe(1)
  open()
  await until(() => stream.messages.filter(({ method }) => method?.includes('updated')).length >= 1)
  await publish({ type: 'memory_changed', key: 'tone', deleted: true })
  await until(() => stream.messages.filter(({ method }) => method?.includes('updated')).length >= 2)
  expect(counts.members - before.members).toBeLessThanOrEqual(3)
  expect(counts.memory - before.memory).toBeLessThanOrEqual(1)
  expect(stream.messages.length).toBeLessThanOrEqual(6)
})

it('follows a task once for any number of streams, and reads it only after events of its own approval', async () => {
  const { running, world, counts, publish } = await counting()
  const client = taskClient(running)
  const [first, second] = [
    (await client.call('deals.delete', { dealId: 'd1' })).result,
    (await client.call('deals.delete', { dealId: 'd2' })).result,
  ]
  const streams: Awaited<ReturnType<typeof listenTo>>[] = []
  for (let count = 0; count < 12; count += 1)
    streams.push(await listenTo(running, { taskIds: [first.taskId, second.taskId] }))
  await until(() => streams.every(({ messages }) => statuses(messages).length === 2))
  expect(world.adapters.approvals.waiting()).toBe(2)
  const before = counts.runs
  for (let times = 0; times < 50; times += 1)
    await publish({ type: 'approval_changed', memberId: 'mem_maria', approvalId: 'apr_other' })
  expect(counts.runs).toBe(before)
  await decide(world)
  await until(() => streams.every(({ messages }) => statuses(messages).includes('completed')))
  // Between the decision and the end it may be seen at work once more.
  for (const { messages } of streams)
    expect(statuses(messages).filter((status) => status !== 'working')).toEqual(['completed'])
  expect(world.executions).toHaveLength(1)
  expect(counts.runs - before).toBeLessThan(streams.length)
})

it('ends every stream that follows a task when admission is refused, and sends none of them the outcome', async () => {
  const { running, world } = await counting()
  const { taskId } = (await taskClient(running).call('deals.delete', { dealId: 'd1' })).result
  const streams = [
    await listenTo(running, { taskIds: [taskId] }),
    await listenTo(running, { taskIds: [taskId] }),
  ]
  const other = await listenTo(running, { toolsListChanged: true }, 'omar@acme.test')
  await until(() => streams.every(({ messages }) => statuses(messages).length === 1))
  world.adapters.members.setActive('ws_acme', 'mem_maria', false)
  await decide(world)
  await Promise.all(streams.map(({ reading }) => reading))
  for (const { messages } of streams) {
    expect(statuses(messages)).toEqual(['working'])
    expect(messages.at(-1)?.result).toMatchObject({ resultType: 'complete' })
  }
  expect(other.messages).toHaveLength(1)
  expect(world.executions).toEqual([])
})

it('continues for the remaining listeners when one disconnects', async () => {
  const { running, world } = await counting()
  const { taskId } = (await taskClient(running).call('deals.delete', { dealId: 'd1' })).result
  const [leaver, stayer] = [
    await listenTo(running, { taskIds: [taskId] }),
    await listenTo(running, { taskIds: [taskId] }),
  ]
  await until(() => statuses(stayer.messages).length === 1)
  leaver.stop()
  await until(() => world.adapters.audit.events.some(({ type }) => type === 'stream.closed'))
  await decide(world)
  await until(() => statuses(stayer.messages).includes('completed'))
})

it('acknowledges no run that is not a task', async () => {
  const { running, world } = await counting()
  await post(running, { body: toolCall('agent.read_memory', { key: 'tone' }) })
  await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
  const { taskId } = (await taskClient(running).call('deals.delete', { dealId: 'd1' })).result
  const runIds = world.adapters.runs.all().map(({ id }) => id)
  expect(runIds).toHaveLength(3)
  const stream = await listenTo(running, { taskIds: runIds })
  expect(stream.messages[0]?.params?.['notifications']).toEqual({ taskIds: [taskId] })
})

it.each([
  ['tasks', { taskIds: Array.from({ length: 12 }, (_, i) => `run_${i}`) }],
  [
    'addresses',
    { resourceSubscriptions: Array.from({ length: 12 }, (_, i) => `allv://workspaces/ws_acme/memory/k${i}`) },
  ],
])(
  'counts %s that a filter asks for, and looks none of them up above the limit',
  async (_, notifications) => {
    const { running, counts } = await counting({ rateLimit: { points: 10, seconds: 60 } })
    const response = await open(running, modern('subscriptions/listen', { notifications }, TASKS))
    expect([response.status, JSON.parse(await response.text()).error.data.code]).toEqual([
      429,
      'RATE_LIMITED',
    ])
    expect([counts.memory, counts.runs]).toEqual([0, 0])
  },
)

it('prints no warning about listeners, however many tasks a stream follows', async () => {
  const warnings: unknown[] = []
  const onWarning = (warning: Error) => warnings.push(warning.name)
  process.on('warning', onWarning)
  const { running } = await counting()
  const client = taskClient(running)
  const taskIds: string[] = []
  for (let count = 0; count < 20; count += 1)
    taskIds.push((await client.call('deals.delete', { dealId: `d${count}` })).result.taskId)
  const stream = await listenTo(running, { taskIds })
  await until(() => statuses(stream.messages).length === 20)
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})
