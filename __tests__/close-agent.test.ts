import { createAllvAgentApi, createAllvMcpRouter, createControlPlane, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { listen, post, type Running, toolCall } from './support/http.js'
import { until } from './support/scene.js'
import { createWorld, KEYS, type WorldOptions } from './support/world.js'

/** `close` of the Agent API, and of the control plane that both faces share. */

const open: Running[] = []
afterEach(async () => {
  for (const running of open.splice(0)) await running.close()
})

const MARIA = { workspaceId: 'ws_acme', apiKey: KEYS.acme, member: { id: 'mem_maria' } }
const REFUSED = { code: 'SHUTTING_DOWN', status: 503 }

/** A tool that runs until it is released. */
function latch() {
  const state = { running: 0, release: () => {} }
  const released = new Promise<void>((resolve) => {
    state.release = resolve
  })
  const tool = defineTool({
    name: 'waits',
    description: 'Waits.',
    input: z.object({}),
    async run() {
      state.running += 1
      await released
      return 'done'
    },
  })
  return { state, tool }
}

async function stage(options: WorldOptions = {}) {
  const world = createWorld(options)
  const plane = createControlPlane(world.options)
  const api = createAllvAgentApi(plane)
  const maria = await api.withApiKey(MARIA)
  return { world, plane, api, maria }
}

/** Whether a promise has settled, once everything that is ready has had its turn. */
function watched(work: Promise<unknown>) {
  const state = { settled: false }
  work.finally(() => {
    state.settled = true
  })
  return state
}
const turns = async () => {
  for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve))
}

it('refuses every call once it closes, calls no adapter, and records the refusal', async () => {
  let asked = 0
  const { world, api, maria } = await stage({
    adapt: ({ apiKeys }) => ({
      apiKeys: {
        findByDigest: (query) => {
          asked += 1
          return apiKeys.findByDigest(query)
        },
      },
    }),
  })
  await api.close()
  const before = asked
  const calls: readonly (() => Promise<unknown>)[] = [
    () => api.withApiKey(MARIA),
    () => api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' }),
    () => maria.listTools(),
    () => maria.callTool('deals.add', { a: 1, b: 2 }),
    () => maria.listMemory(),
    () => maria.readMemory('tone'),
    () => maria.getApproval('apr_1'),
    () => maria.waitForApproval('apr_1'),
  ]
  for (const call of calls) await expect(call()).rejects.toMatchObject(REFUSED)
  expect(asked).toBe(before)
  expect(world.executions).toEqual([])
})

it('waits for a running tool until its outcome is recorded, however often close is called', async () => {
  const { state, tool } = latch()
  const { world, api, maria } = await stage({ tools: [tool] })
  const call = maria.callTool('waits')
  await until(() => state.running === 1)
  const [first, second] = [api.close(), api.close()]
  const [one, two] = [watched(first), watched(second)]
  await turns()
  expect([one.settled, two.settled]).toEqual([false, false])
  state.release()
  expect(await call).toMatchObject({ status: 'completed', result: { content: [{ text: 'done' }] } })
  await Promise.all([first, second])
  await api.close()
  expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['succeeded'])
})

it('ends each wait for a decision at once, as pending, and the approval can still be used', async () => {
  const { world, plane, api, maria } = await stage({ approvalHoldMs: 600_000 })
  const call = maria.callTool('deals.delete', { dealId: 'd1' })
  await until(() => world.adapters.approvals.waiting() === 1)
  const { id = '' } = world.adapters.approvals.list()[0] ?? {}
  const wait = maria.waitForApproval(id)
  await until(() => world.adapters.approvals.waiting() === 2)
  // Both would outlast this test: that they end shows that they were ended.
  await api.close()
  expect(await call).toMatchObject({ status: 'pending_approval', approval: { id, state: 'pending' } })
  expect(await wait).toMatchObject({ id, state: 'pending' })
  expect(world.adapters.approvals.waiting()).toBe(0)
  await world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
  const again = await createAllvAgentApi(plane).withApiKey(MARIA)
  expect(await again.callTool('deals.delete', { dealId: 'd1' })).toMatchObject({ status: 'completed' })
  expect(world.executions).toHaveLength(1)
})

it('waits for no answer of a client that is asked in a call', async () => {
  const { world, api, maria } = await stage()
  let asked = 0
  const call = maria.callTool(
    'asks',
    {},
    {
      onInput: () => {
        asked += 1
        return new Promise(() => {})
      },
    },
  )
  await until(() => asked === 1)
  const ended = expect(call).rejects.toMatchObject({ code: 'INPUT_NOT_GIVEN' })
  await api.close()
  await ended
  expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['failed'])
  expect(world.executions).toEqual([])
})

it('closes one face only, not the others of its control plane', async () => {
  const { world, plane, api } = await stage()
  const running = await listen({ ...world, router: () => createAllvMcpRouter(plane) })
  open.push(running)
  const other = await createAllvAgentApi(plane).withApiKey(MARIA)
  await api.close()
  expect(await other.callTool('deals.add', { a: 1, b: 2 })).toMatchObject({ status: 'completed' })
  expect((await post(running, {})).status).toBe(200)
})

it('closes both faces with the control plane, waits for running calls of both, and opens none afterwards', async () => {
  const { state, tool } = latch()
  const { world, plane, api, maria } = await stage({ tools: [tool] })
  const running = await listen({ ...world, router: () => createAllvMcpRouter(plane) })
  open.push(running)
  const calls = [maria.callTool('waits'), post(running, { body: toolCall('waits') })] as const
  await until(() => state.running === 2)
  const closed = plane.close()
  const plainly = watched(closed)
  await turns()
  expect(plainly.settled).toBe(false)
  await expect(maria.listTools()).rejects.toMatchObject(REFUSED)
  expect((await post(running, {})).status).toBe(503)
  state.release()
  expect(await calls[0]).toMatchObject({ status: 'completed' })
  expect((await calls[1]).json.result.content[0].text).toBe('done')
  await Promise.all([closed, plane.close(), api.close()])
  await expect(createAllvAgentApi(plane).withApiKey(MARIA)).rejects.toMatchObject(REFUSED)
  const late = await listen({ ...world, router: () => createAllvMcpRouter(plane) })
  open.push(late)
  const answer = await post(late, {})
  expect([answer.status, answer.json.error?.data]).toEqual([503, { code: 'SHUTTING_DOWN' }])
})
