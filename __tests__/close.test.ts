import { createAllvAgentApi, createAllvMcpRouter, createControlPlane } from 'allv-mcp'
import { modern, open, post, rpc, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { createWorld, KEYS } from './support/world.js'

const start = scenes()

async function stage(options = {}) {
  const world = createWorld(options)
  const plane = createControlPlane(world.options)
  const router = createAllvMcpRouter(plane)
  return { plane, router, ...(await start({ ...world, router: () => router })) }
}
const settled = async (work: Promise<unknown>, ms: number) =>
  Promise.race([
    work.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms)),
  ])

it('refuses every kind of call with 503 and Retry-After, in JSON-RPC, with the id, and calls no adapter', async () => {
  let asked = 0
  const { router, running } = await stage({
    adapt: ({ apiKeys }: { apiKeys: { findByDigest(query: { digest: string }): Promise<unknown> } }) => ({
      apiKeys: {
        findByDigest: (query: { digest: string }) => {
          asked += 1
          return apiKeys.findByDigest(query)
        },
      },
    }),
  })
  await router.close()
  for (const ask of [
    {},
    { key: null },
    { body: rpc('initialize', {}, 7) },
    { body: toolCall('deals.add', { a: 1, b: 2 }) },
    modern('server/discover'),
  ] as const) {
    const answer = await post(running, ask)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(answer.json.error?.data).toEqual({ code: 'SHUTTING_DOWN' })
    expect(typeof answer.json.id).toBe('number')
  }
  expect(asked).toBe(0)
})

it('still answers requests without admission: preflight, other methods, other paths', async () => {
  const { router, running } = await stage({ allowedOrigins: ['https://app.example.com'] })
  await router.close()
  const headers = { origin: 'https://app.example.com' }
  const send = (method: string, path = '') =>
    fetch(`${running.endpoint()}${path}`, { method, headers }).then(({ status }) => status)
  expect([await send('OPTIONS'), await send('GET'), await send('GET', '/x')]).toEqual([204, 405, 404])
})

it('resolves at once when nothing runs, however often it is called', async () => {
  const { router } = await stage()
  await Promise.all([router.close(), router.close()])
  await router.close()
})

it('waits for a running tool until its outcome is recorded', async () => {
  const { world, router, running } = await stage()
  const call = post(running, { body: toolCall('slow', { ms: 250 }) })
  await until(() => world.adapters.runs.all().length === 1)
  const closed = router.close()
  expect(await settled(closed, 60)).toBe(false)
  expect((await call).json.result.content[0].text).toBe('slow and done')
  await closed
  expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['succeeded'])
})

it('ends each wait for a decision at once, as pending, and the approval can still be used', async () => {
  const { world, router, running } = await stage({ approvalHoldMs: 600_000 })
  const body = toolCall('deals.delete', { dealId: 'd1' })
  const calls = [
    post(running, { body }),
    post(running, { body, headers: { 'idempotency-key': 'k1' } }),
    post(running, { ...modern('tools/call', { name: 'deals.delete', arguments: { dealId: 'd2' } }) }),
  ]
  await until(() => world.adapters.approvals.waiting() === 3)
  // The holds would outlast this test: that it ends shows that they were ended.
  await router.close()
  for (const { status, json } of await Promise.all(calls)) {
    expect(status).toBe(200)
    expect(json.result).toMatchObject({ isError: true, _meta: { 'ai.allv/code': 'APPROVAL_PENDING' } })
  }
  expect(world.adapters.approvals.waiting()).toBe(0)
  expect(world.adapters.approvals.list().map(({ state }) => state)).toEqual(['pending', 'pending', 'pending'])
  expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(Array(3).fill('pending_approval'))
  const [first] = world.adapters.approvals
    .list()
    .filter(
      ({ argumentsDigest, idempotencyKey }) =>
        idempotencyKey === null && argumentsDigest === world.adapters.runs.all()[0]?.argumentsDigest,
    )
  await world.adapters.approvals.decide({ id: first?.id ?? '', decision: 'approve', decidedBy: 'operator' })
  const { running: next } = await start({ ...world, router: () => createAllvMcpRouter(world.options) })
  expect((await post(next, { body })).json.result.content[0].text).toBe('deleted d1')
})

it('ends listen streams with their results', async () => {
  const { router, running } = await stage()
  const response = await open(
    running,
    modern('subscriptions/listen', { notifications: { toolsListChanged: true } }),
  )
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const text = response.text()
  await router.close()
  expect(await text).toMatch(/subscriptions\/acknowledged[\s\S]*"resultType":"complete"/)
})

it('closes one router only, not the control plane that it shares with the Agent API and other routers', async () => {
  const { plane, router } = await stage()
  const other = createAllvMcpRouter(plane)
  const { running } = await start({ ...createWorld(), router: () => other })
  await router.close()
  expect((await post(running, {})).status).toBe(200)
  const api = createAllvAgentApi(plane)
  const agent = await api.withApiKey({
    workspaceId: 'ws_acme',
    apiKey: KEYS.acme,
    member: { id: 'mem_maria' },
  })
  expect(await agent.callTool('deals.add', { a: 1, b: 2 })).toMatchObject({ status: 'completed' })
})
