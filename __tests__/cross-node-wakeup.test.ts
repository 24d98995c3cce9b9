import { jest } from '@jest/globals'
import { createAllvAgentApi, createInProcessEvents } from 'allv-mcp'
import { decideNewest } from './support/decisions.js'
import { open, post, rpc, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { createWorld, KEYS, type WorldOptions } from './support/world.js'

/** Events between nodes: what ends a wait, and what cancels a request, on any node. */

const start = scenes()
const DELETE = { body: toolCall('deals.delete', { dealId: 'd1' }) }

/** Two nodes on the same stores and events. The store of approvals has no `wait`. */
async function twoNodes(options: WorldOptions = {}) {
  const events = createInProcessEvents()
  const first = await start({
    approvalHoldMs: 20_000,
    adapt: ({ approvals: { wait: _, ...approvals } }) => ({ approvals, events }),
    ...options,
  })
  const { adapters: __, ...rest } = first.world.options
  const second = await start(createWorld({ ...rest, adapt: () => first.world.options.adapters }))
  return { first, second, events }
}

describe('a held call whose store has no wait', () => {
  afterEach(() => void jest.useRealTimers())

  /** Nothing but what the test does lets time pass: a wait that ends meanwhile was ended by an event. */
  async function heldOnStoppedClock() {
    const events = createInProcessEvents()
    const world = createWorld({
      approvalHoldMs: 20_000,
      adapt: ({ approvals: { wait: _, ...approvals } }) => ({ approvals, events }),
    })
    const api = createAllvAgentApi(world.options)
    const maria = await api.withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_maria' },
    })
    const get = jest.spyOn(world.options.adapters.approvals, 'get')
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] })
    const held = maria.callTool('deals.delete', { dealId: 'd1' })
    while (world.adapters.approvals.list().length === 0) await new Promise(setImmediate)
    return { world, events, get, held }
  }

  it('runs at once when a decision is published', async () => {
    const { world, events, held } = await heldOnStoppedClock()
    await decideNewest(world)
    const { id = '' } = world.adapters.approvals.list()[0] ?? {}
    const audience = { workspaceId: 'ws_acme', memberId: 'mem_maria' }
    await events.publish({ type: 'approval_changed', ...audience, approvalId: id })
    expect(await held).toMatchObject({ status: 'completed' })
  })

  it('polls less and less often: at most seven times in two and a half seconds, and finds the decision', async () => {
    const { world, get, held } = await heldOnStoppedClock()
    await jest.advanceTimersByTimeAsync(2500)
    expect(get.mock.calls.length).toBeLessThan(8)
    await decideNewest(world)
    await jest.advanceTimersByTimeAsync(1100)
    expect(await held).toMatchObject({ status: 'completed' })
  })
})

it('gives a call that waits on one node the outcome of the same call on another', async () => {
  const { first, second } = await twoNodes()
  const both = [post(first.running, DELETE), post(second.running, DELETE)]
  await until(() => first.world.adapters.approvals.list().length === 1)
  await decideNewest(first.world)
  const texts = (await Promise.all(both)).map(({ json }) => json.result.content[0].text)
  expect(texts).toEqual(['deleted d1', 'deleted d1'])
  expect(first.world.executions.length + second.world.executions.length).toBe(1)
})

describe('a cancellation of 2025 that reaches another node', () => {
  const session = async (running: Parameters<typeof post>[0]) => {
    const clientInfo = { name: 'test', version: '1' }
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const { headers } = await post(running, { body: rpc('initialize', params) })
    return {
      'mcp-session-id': headers.get('mcp-session-id') ?? '',
      'mcp-protocol-version': '2025-11-25',
    }
  }
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }

  it('stops the call of its own session', async () => {
    const { first, second } = await twoNodes()
    const headers = await session(first.running)
    const call = open(first.running, { headers, body: toolCall('slow', { ms: 20_000 }) })
    await until(() => first.world.adapters.runs.all().length === 1)
    expect((await post(second.running, { headers, body: cancelled })).status).toBe(202)
    await until(() => first.world.adapters.runs.all()[0]?.status === 'cancelled')
    await (await call).text()
  })

  it('does not cancel a call of another session of the same member with the same id', async () => {
    const { first, second } = await twoNodes()
    const [mine, other] = [await session(first.running), await session(first.running)]
    const call = post(first.running, { headers: mine, body: toolCall('slow', { ms: 300 }) })
    await until(() => first.world.adapters.runs.all().length === 1)
    await post(second.running, { headers: other, body: cancelled })
    await post(first.running, { headers: other, body: cancelled })
    expect((await call).json.result.content[0].text).toBe('slow and done')
  })
})
