import { listen, modern, open, post, type Running, rpc, toolCall } from './support/http.js'
import { until } from './support/scene.js'
import { createWorld, type World } from './support/world.js'

let world: World
let running: Running

beforeEach(async () => {
  world = createWorld()
  running = await listen(world)
})
afterEach(() => running.close())

const SLOW = { name: 'slow', arguments: { ms: 240, steps: 4 }, _meta: { progressToken: 'p1' } }
const runs = () => world.adapters.runs.all().map(({ status }) => status)

describe.each([
  ['2025', rpc('tools/call', SLOW), {}],
  ['2026', modern('tools/call', SLOW).body, modern('tools/call', SLOW).headers ?? {}],
] as const)('progress in %s', (_, body, headers) => {
  it('comes on the call own stream, growing, before the result', async () => {
    const answer = await post(running, { body, headers })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    expect(answer.messages.slice(0, -1)).toEqual(
      [1, 2, 3, 4].map((progress) => ({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: 'p1', progress, total: 4 },
      })),
    )
    expect(answer.json.result.content[0].text).toBe('slow and done')
  })

  it('is dropped for a client that accepts no stream', async () => {
    const answer = await post(running, { body, headers: { ...headers, accept: 'application/json' } })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.messages).toHaveLength(1)
  })
})

it('answers with a single JSON body if no progress was requested', async () => {
  const answer = await post(running, { body: toolCall('slow', { ms: 20 }) })
  expect(answer.headers.get('content-type')).toBe('application/json')
})

it('sends progress while it waits for approval', async () => {
  const body = toolCall('deals.delete', { dealId: 'd' }, { _meta: { progressToken: 1 } })
  const { messages } = await post(running, { body })
  expect(messages[0]).toMatchObject({
    method: 'notifications/progress',
    params: { progressToken: 1, message: 'waiting for approval' },
  })
})

it('drops progress that does not grow, that is no number, or that comes after the end', async () => {
  const { createProgressSink } = await import('../lib/mcp/jsonrpc/progress.js')
  const sent: unknown[] = []
  const sink = createProgressSink('p', ({ params }) => sent.push(params?.['progress']))
  for (const progress of [Number.NaN, 1, 1, 0.5, Number.POSITIVE_INFINITY])
    sink.report({ progress, total: 0 })
  sink.close()
  sink.report({ progress: 9, total: 0 })
  expect(sent).toEqual([1])
})

describe('cancellation in 2025', () => {
  const cancel = (requestId: unknown, as = {}) =>
    post(running, {
      ...as,
      body: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } },
    })
  const slow = (id: string | number, as = {}) =>
    post(running, { ...as, body: rpc('tools/call', { name: 'slow', arguments: { ms: 400 } }, id) })

  it('stops the call, sends no answer, and says so in the run', async () => {
    const call = slow(5)
    await began(1)
    expect((await cancel(5)).status).toBe(202)
    expect((await call).messages).toEqual([])
    expect(runs()).toEqual(['cancelled'])
    expect(world.executions).toEqual([])
  })

  it('never reaches a call of another member with the same id, nor an id of another type', async () => {
    const call = slow(5)
    await began(1)
    await cancel(5, { member: 'omar@acme.test' })
    await cancel(5, { key: 'acmeReader' })
    await cancel('5')
    await cancel(99)
    expect((await call).json.result.content[0].text).toBe('slow and done')
    expect(runs()).toEqual(['succeeded'])
  })

  it('cancels neither of two calls of one member that use the same id', async () => {
    const calls = [slow(5), slow(5)]
    await began(2)
    await cancel(5)
    for (const { json } of await Promise.all(calls)) expect(json.result.content[0].text).toBe('slow and done')
  })

  it('records the true outcome when the tool had already finished', async () => {
    const stubborn = createWorld({
      adapt: ({ tools }) => ({
        tools: {
          list: tools.list,
          call: async (_, { signal }) =>
            new Promise((resolve) => signal.addEventListener('abort', () => resolve({ content: [] }))),
        },
      }),
    })
    const server = await listen(stubborn)
    const call = post(server, { body: rpc('tools/call', { name: 'slow', arguments: { ms: 1 } }, 5) })
    await until(() => stubborn.adapters.runs.all().length === 1)
    await post(server, {
      body: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } },
    })
    await call
    expect(stubborn.adapters.runs.all()[0]?.status).toBe('succeeded')
    await server.close()
  })

  it('cancels a call that waits for approval; the approval stays', async () => {
    const held = createWorld({ approvalHoldMs: 20_000 })
    const server = await listen(held)
    const call = post(server, { body: toolCall('deals.delete', { dealId: 'd' }) })
    await until(() => held.adapters.approvals.waiting() === 1)
    await post(server, {
      body: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } },
    })
    await call
    expect(held.adapters.runs.all()[0]?.status).toBe('cancelled')
    expect(held.adapters.approvals.list()[0]?.state).toBe('pending')
    expect(held.adapters.approvals.waiting()).toBe(0)
    await server.close()
  })
})

describe('a client that disconnects', () => {
  const leave = async (ask: Parameters<typeof open>[1]) => {
    const gone = new AbortController()
    const call = open(running, { ...ask, signal: gone.signal }).then((response) => response.text())
    await began(1)
    gone.abort()
    await expect(call).rejects.toThrow()
  }

  it('has not cancelled in 2025: the call continues', async () => {
    await leave({ body: toolCall('slow', { ms: 200 }) })
    await until(() => runs()[0] === 'succeeded')
    expect(world.executions).toHaveLength(1)
  })

  it('has cancelled in 2026: the tool is told to stop', async () => {
    await leave(modern('tools/call', { name: 'slow', arguments: { ms: 400 } }))
    await until(() => runs()[0] === 'cancelled')
    expect(world.executions).toEqual([])
  })
})

it('close() accepts no more calls, lets running ones finish, and ends waits as pending', async () => {
  const own = createWorld({ approvalHoldMs: 20_000 })
  const router = own.router()
  const server = await listen({ ...own, router: () => router })
  const slow = post(server, { body: toolCall('slow', { ms: 200 }) })
  const waiting = post(server, { body: toolCall('deals.delete', { dealId: 'd' }) })
  await until(() => own.adapters.approvals.waiting() === 1 && own.adapters.runs.all().length === 2)
  const closed = router.close()
  const refused = await post(server, {})
  expect([refused.status, refused.headers.get('retry-after'), refused.json.error?.data['code']]).toEqual([
    503,
    '1',
    'SHUTTING_DOWN',
  ])
  expect((await waiting).json.result._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
  expect((await slow).json.result.content[0].text).toBe('slow and done')
  await closed
  await server.close()
})

function began(count: number): Promise<void> {
  return until(() => world.adapters.runs.all().length === count)
}
