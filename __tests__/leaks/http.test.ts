import { createInProcessEvents } from 'allv-mcp'
import { type Ask, listen, modern, open, post, type Running, rpc, toolCall } from '../support/http.js'
import { until } from '../support/scene.js'
import { createWorld, type World } from '../support/world.js'
import { handles, heap } from './footprint.js'

/** The same as leaks.test.ts, over sockets: fewer waits, and everything that the wire adds. */
const WAITS = 500
const BATCH = 100
const SLACK = 5
const TOLERANCE_BYTES = 8 * 1024 * 1024
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

interface Stand {
  readonly world: World
  readonly running: Running
  /** Subscriptions to the events adapter that have not ended. */
  subscriptions(): number
}

async function build(approvalHoldMs: number): Promise<Stand> {
  const inner = createInProcessEvents()
  let subscriptions = 0
  const events: typeof inner = {
    publish: inner.publish,
    subscribe(listener) {
      subscriptions += 1
      const end = inner.subscribe(listener)
      return () => {
        subscriptions -= 1
        end()
      }
    },
  }
  const world = createWorld({
    approvalHoldMs,
    rateLimit: false,
    maxPendingApprovals: 2 * WAITS,
    adapt: () => ({ events }),
  })
  return { world, running: await listen(world), subscriptions: () => subscriptions }
}

const pending = ({ world }: Stand) => world.adapters.approvals.list({ state: 'pending' })
const call = (name: string, number: number, signal?: AbortSignal): Ask => ({
  ...modern('tools/call', { name, arguments: { dealId: `d${number}` } }),
  ...(signal === undefined ? {} : { signal }),
})

/** Lets a client go away once all of them wait. */
async function leave(stand: Stand, clients: readonly { asks: Promise<unknown>; gone: AbortController }[]) {
  await until(() => stand.world.adapters.approvals.waiting() >= clients.length)
  for (const { gone } of clients) gone.abort()
  await Promise.allSettled(clients.map(({ asks }) => asks))
}

const ways: readonly [string, number, (stand: Stand, from: number, size: number) => Promise<unknown>][] = [
  [
    'with a yes',
    60_000,
    async (stand, from, size) => {
      const calls = Array.from({ length: size }, (_, at) =>
        post(stand.running, call('deals.delete', from + at)),
      )
      await until(() => pending(stand).length === size)
      for (const { id } of pending(stand))
        await stand.world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
      for (const { json } of await Promise.all(calls)) expect(json.result.isError).toBeUndefined()
    },
  ],
  [
    'by the end of the hold',
    30,
    async ({ running }, from, size) => {
      const calls = Array.from({ length: size }, (_, at) => post(running, call('deals.delete', from + at)))
      for (const { json } of await Promise.all(calls))
        expect(json.result._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
    },
  ],
  [
    'with a client that disconnects',
    60_000,
    (stand, from, size) =>
      leave(
        stand,
        Array.from({ length: size }, (_, at) => {
          const gone = new AbortController()
          const asks = open(stand.running, call('deals.delete', from + at, gone.signal)).then((r) => r.text())
          asks.catch(() => {})
          return { gone, asks }
        }),
      ),
  ],
  [
    'with a stream that follows a task and is closed',
    60_000,
    async (stand, from, size) => {
      const made = await Promise.all(
        Array.from({ length: size }, (_, at) =>
          post(
            stand.running,
            modern('tools/call', { name: 'deals.delete', arguments: { dealId: `d${from + at}` } }, TASKS),
          ),
        ),
      )
      // Eight at once: a member may have no more streams than a few.
      for (let at = 0; at < made.length; at += 8) {
        const clients = made.slice(at, at + 8).map(({ json }) => {
          const gone = new AbortController()
          const { taskId } = json.result
          const request = modern('subscriptions/listen', { notifications: { taskIds: [taskId] } }, TASKS)
          const asks = open(stand.running, { ...request, signal: gone.signal }).then((r) => r.text())
          asks.catch(() => {})
          return { gone, asks }
        })
        await leave(stand, clients)
        await until(() => stand.subscriptions() === 0)
      }
    },
  ],
  [
    'with a form of 2025 that nobody answers',
    30,
    async ({ running }, from, size) => {
      const initialize = rpc('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: { elicitation: { form: {} } },
        clientInfo: { name: 'test', version: '1' },
      })
      const session = (await post(running, { body: initialize })).headers.get('mcp-session-id') ?? ''
      const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
      const calls = Array.from({ length: size }, (_, at) =>
        post(running, { headers, body: toolCall('deals.confirm', { dealId: `d${from + at}` }) }),
      )
      for (const { json, messages } of await Promise.all(calls)) {
        expect(messages[0]?.method).toBe('elicitation/create')
        expect(json.result._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
      }
    },
  ],
]

it.each(ways)(
  'leaves nothing behind after waits over HTTP that end %s',
  async (_, holdMs, way) => {
    const before = { handles: handles(), heap: await heap() }
    let stand: Stand | null = await build(holdMs)
    for (let from = 0; from < WAITS; from += BATCH) {
      await way(stand, from, BATCH)
      await until(() => stand?.world.adapters.approvals.waiting() === 0 && stand.subscriptions() === 0)
    }
    await stand.running.close()
    stand = null
    await expectAsBefore(before)
  },
  120_000,
)

it('leaves nothing behind after waits that end when a router closes', async () => {
  const before = { handles: handles(), heap: await heap() }
  for (let round = 0; round < WAITS / BATCH; round += 1) {
    const stand = await build(60_000)
    const calls = Array.from({ length: BATCH }, (_, at) => post(stand.running, call('deals.delete', at)))
    await until(() => stand.world.adapters.approvals.waiting() === BATCH)
    await stand.running.close()
    for (const { json } of await Promise.all(calls))
      expect(json.result._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
    expect([stand.world.adapters.approvals.waiting(), stand.subscriptions()]).toEqual([0, 0])
  }
  await expectAsBefore(before)
})

async function expectAsBefore(before: { handles: Readonly<Record<string, number>>; heap: number }) {
  const more = () =>
    Object.entries(handles()).filter(([kind, count]) => count > (before.handles[kind] ?? 0) + SLACK)
  // The client's sockets take a moment to notice.
  for (let tries = 0; tries < 100 && more().length > 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
  expect(more()).toEqual([])
  expect((await heap()) - before.heap).toBeLessThan(TOLERANCE_BYTES)
}
