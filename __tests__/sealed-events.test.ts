import { createInProcessEvents, defineTool, type EventsAdapter } from 'allv-mcp'
import { z } from 'zod'
import { createSealedEvents } from '../lib/control-plane/runtime/sealed-events.js'
import { CLOCK_DRIFT_SECONDS, createSealer } from '../lib/foundation/crypto/sealed-token.js'
import { listen, open, post, rpc, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { taskClient } from './support/tasks.js'
import { createWorld, type WorldOptions } from './support/world.js'

/** Events of the library on the host's event bus: others cannot read them, and cannot forge them. */

type Message = Parameters<EventsAdapter['publish']>[0]
type Sealed = Extract<Message, { type: 'library' }>

const start = scenes()
const OWN = { workspaceId: 'ws_acme', memberId: 'mem_maria' }
const SECRET = 'a secret that only these tests have'
const NEXT = 'a new secret, of more than 32 characters'

/** A bus whose messages can be read, and held back. */
function openBus() {
  const inner = createInProcessEvents()
  const seen: Message[] = []
  const held: Message[] = []
  const bus = { holds: false }
  const events: EventsAdapter = {
    subscribe: inner.subscribe,
    async publish(event) {
      seen.push(event)
      if (bus.holds) held.push(event)
      else await inner.publish(event)
    },
  }
  /** Any value: an outsider on the bus does not keep to the types. */
  const inject = (event: object) => inner.publish(event as Message)
  return { bus, events, seen, held, inject }
}

it('reaches every listener in the process if one of them throws', async () => {
  const events = createInProcessEvents()
  const received: string[] = []
  events.subscribe(() => {
    throw new Error('a fault of this listener')
  })
  events.subscribe(({ type }) => received.push(type))
  const event = { type: 'tools_changed', workspaceId: 'ws_acme', memberId: null } as const
  await expect(events.publish(event)).rejects.toThrow('a fault of this listener')
  expect(received).toEqual(['tools_changed'])
})

/** A tool that runs until it is released or its signal aborts. */
function waitingTool() {
  const state = { running: 0, stopped: 0, release: () => {} }
  const tool = defineTool({
    name: 'waits',
    description: 'Waits.',
    input: z.object({}),
    taskSupport: 'required',
    run: (_, { signal }) =>
      new Promise<string>((resolve) => {
        state.running += 1
        state.release = () => resolve('done')
        signal.addEventListener('abort', () => {
          state.stopped += 1
          resolve('stopped')
        })
      }),
  })
  return { state, tool }
}

async function runningTask(options: WorldOptions = {}) {
  const { bus, events, seen, held, inject } = openBus()
  const { state, tool } = waitingTool()
  const world = createWorld({ ...options, tools: [tool], adapt: () => ({ events }) })
  const { running } = await start(world)
  const client = taskClient(running)
  const { taskId } = (await client.call('waits')).result
  await until(() => state.running === 1)
  return { bus, seen, held, inject, state, world, client, taskId: taskId as string }
}

/** Messages on the bus are opened within a few turns of the event loop; what comes after them has passed them. */
async function passed(client: ReturnType<typeof taskClient>, taskId: string) {
  for (let i = 0; i < 20; i += 1) await client.get(taskId)
}

it('shows nothing of what a person enters into a form', async () => {
  const { events, seen } = openBus()
  const { running } = await start({ approvalHoldMs: 20_000, adapt: () => ({ events }) })
  const other = await listen(createWorld({ adapt: () => ({ events }) }))
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 't', version: '1' },
  }
  const session = (await post(running, { body: rpc('initialize', params) })).headers.get('mcp-session-id')
  const headers = { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-11-25' }
  const result = { action: 'accept', content: { color: 'salary-of-maria' } }
  const stream = await open(running, { body: toolCall('asks'), headers })
  let text = ''
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString()
    const id = /"id":"(ask_[^"]+)"/.exec(text)?.[1]
    if (id !== undefined && !text.includes('"result"'))
      await post(other, { headers, body: { jsonrpc: '2.0', id, result } })
  }
  expect(text).toContain('salary-of-maria')
  expect(seen.length).toBeGreaterThan(0)
  expect(JSON.stringify(seen)).not.toMatch(/salary|color|accept|ask_/)
  await other.close()
})

it('delivers an answer that is larger than what clients may send', async () => {
  const { events } = openBus()
  const { running } = await start({ approvalHoldMs: 20_000, adapt: () => ({ events }) })
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 't', version: '1' },
  }
  const session = (await post(running, { body: rpc('initialize', params) })).headers.get('mcp-session-id')
  const headers = { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-11-25' }
  const result = { action: 'accept', content: { color: 'x'.repeat(300_000) } }
  const stream = await open(running, { body: toolCall('asks'), headers })
  let text = ''
  let answered = false
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString()
    const id = /"id":"(ask_[^"]+)"/.exec(text)?.[1]
    if (id === undefined || answered) continue
    answered = true
    await post(running, { headers, body: { jsonrpc: '2.0', id, result } })
  }
  expect(text.length).toBeGreaterThan(300_000)
  expect(text).not.toContain('INPUT_NOT_GIVEN')
})

it.each(['run_cancelled', 'run_changed', 'run_joined', 'request_cancelled', 'client_answered'])(
  'stops nothing when an outsider writes %s on the bus',
  async (type) => {
    const { inject, state, world, client, taskId } = await runningTask()
    await inject({ type, ...OWN, runId: taskId, requestId: 7, session: 's', response: {} })
    await passed(client, taskId)
    expect([state.running, state.stopped]).toEqual([1, 0])
    state.release()
    expect((await client.until(taskId)).status).toBe('completed')
    expect(world.failures).toEqual([])
  },
)

it('ignores a sealed message that was changed, forged, or sent to another member, and tells the host once', async () => {
  const { bus, held, inject, state, world, client, taskId } = await runningTask()
  bus.holds = true
  await client.cancel(taskId)
  const [real] = held.filter((event): event is Sealed => event.type === 'library')
  if (real === undefined) throw new Error('nothing was published')
  expect(Object.keys(real).sort()).toEqual(['memberId', 'sealed', 'type', 'workspaceId'])
  const flipped = real.sealed.replace(/.(?=.{5}$)/, (c) => (c === 'A' ? 'B' : 'A'))
  const omar = taskClient((await start(world)).running)
  await omar.call('waits', {}, { member: 'omar@acme.test' })
  await until(() => state.running === 2)
  const changed: readonly object[] = [
    { ...real, sealed: flipped },
    { ...real, sealed: real.sealed.slice(0, -1) },
    { ...real, sealed: '' },
    { ...real, sealed: 5 },
    { ...real, memberId: null },
    // It reaches omar, who has a running call; the seal names maria.
    { ...real, memberId: 'mem_omar' },
    { ...real, workspaceId: 'ws_globex' },
  ]
  for (const event of changed) await inject(event)
  await until(() => world.failures.length > 0)
  await passed(client, taskId)
  expect(state.stopped).toBe(0)
  expect(
    world.failures.map(({ code, correlationId, error }) => [code, correlationId, String(error)]),
  ).toEqual([['INTERNAL', 'events', expect.stringMatching(/could not be opened.*secret/)]])
  await inject(real)
  await until(() => state.stopped === 1)
  state.release()
})

it('ignores a message of the same member that names another one on its envelope', async () => {
  const { bus, held, inject, state, client, taskId } = await runningTask()
  bus.holds = true
  await client.cancel(taskId, { member: 'maria@acme.test' })
  const [real] = held.filter((event): event is Sealed => event.type === 'library')
  if (real === undefined) throw new Error('nothing was published')
  const own = {
    ...real,
    sealed: real.sealed.split('.').slice(0, 4).concat('AAAAAAAAAAAAAAAAAAAAAA').join('.'),
  }
  await inject(own)
  await passed(client, taskId)
  expect(state.stopped).toBe(0)
  state.release()
})

it.each([
  ['that has the same secret', SECRET, true],
  ['that has begun to use a new secret', [NEXT, SECRET], true],
  ['that knows the new secret already', [SECRET, NEXT], true],
  ['that has another secret', NEXT, false],
] as const)('receives a cancellation from a node %s: %p', async (_, secret, received) => {
  const { events } = openBus()
  const { state, tool } = waitingTool()
  const first = createWorld({ tools: [tool], adapt: () => ({ events }), secret: [SECRET, NEXT] })
  if (!received) Object.assign(first.options, { secret: SECRET })
  const mine = received ? first : createWorld({ tools: [tool], adapt: () => ({ events }) })
  const { running } = await start(mine)
  const second = createWorld({ tools: [tool], secret, adapt: () => ({ ...mine.adapters, events }) })
  const { running: there } = await start(second)
  const client = taskClient(running)
  const { taskId } = (await client.call('waits')).result
  await until(() => state.running === 1)
  await taskClient(there).cancel(taskId)
  if (received) await until(() => state.stopped === 1)
  else await until(() => mine.failures.length === 1)
  expect(state.stopped).toBe(received ? 1 : 0)
  state.release()
})

it('seals nothing for calls, approvals and changes of memory, only for rare events', async () => {
  const { events, seen } = openBus()
  const { running, world } = await start({ adapt: () => ({ events }) })
  const args = { key: 'tone', text: 'x', operation: 'replace' }
  await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
  await post(running, { body: toolCall('deals.delete', { dealId: 'd1' }) })
  const { id = '' } = world.adapters.approvals.list()[0] ?? {}
  await world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
  await post(running, { body: toolCall('deals.delete', { dealId: 'd1' }) })
  await post(running, { body: toolCall('agent.update_memory', args) })
  expect(world.executions.map(({ tool }) => tool)).toEqual(['deals.add', 'deals.delete'])
  expect(new Set(seen.map(({ type }) => type))).toEqual(new Set(['approval_changed', 'memory_changed']))
})

it('opens what a node with a clock an hour fast or slow sealed, and nothing that is hours old', async () => {
  const HOUR = 60 * 60_000
  let now = Date.now()
  const node = (offMs: number) =>
    createSealedEvents(createSealer([SECRET], () => now + offMs, CLOCK_DRIFT_SECONDS))
  const nodes = [node(-HOUR), node(0), node(HOUR)]
  const event = { type: 'run_cancelled', ...OWN, runId: 'run_1' } as const
  const sealed = await Promise.all(nodes.map((one) => one.seal(event)))
  const openAll = () => Promise.all(nodes.flatMap((one) => sealed.map((message) => one.open(message))))
  expect(await openAll()).toEqual(Array(9).fill(event))
  now += 5 * HOUR
  expect(await openAll()).toEqual(Array(9).fill(null))
})

it('opens nothing for a workspace or a member that the seal does not name', async () => {
  const events = createSealedEvents(createSealer([SECRET]))
  const event = { type: 'run_joined', ...OWN, runId: 'run_1' } as const
  const sealed = await events.seal(event)
  expect(await events.open(sealed)).toEqual(event)
  for (const other of [{ workspaceId: 'ws_globex' }, { memberId: 'mem_omar' }])
    expect(await events.open({ ...sealed, ...other })).toBeNull()
})
