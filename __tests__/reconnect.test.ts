import { createInProcessEvents } from 'allv-mcp'
import { modern, post, type Running } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { createWorld, type World } from './support/world.js'

/** A stream that breaks in 2026, where a disconnect cancels: with an idempotency key a client may reconnect. */

const start = scenes()
const keyed = (name: string, args: object, key: string | null = 'k1') => {
  const request = modern('tools/call', { name, arguments: args })
  return { ...request, headers: { ...request.headers, ...(key === null ? {} : { 'idempotency-key': key }) } }
}
async function breakOff(
  running: Running,
  request: ReturnType<typeof keyed>,
  when: () => boolean,
): Promise<void> {
  const connection = new AbortController()
  const call = post(running, { ...request, signal: connection.signal }).catch(() => 'gone')
  await until(when)
  connection.abort()
  expect(await call).toBe('gone')
}
async function nodes() {
  const events = createInProcessEvents()
  const first = await start({ adapt: () => ({ events }), approvalHoldMs: 20_000 })
  const { adapters: _, ...rest } = first.world.options
  const second = await start(createWorld({ ...rest, adapt: () => first.world.options.adapters }))
  return [first, second] as const
}
const running = (world: World) => () => world.adapters.runs.all().length === 1

it('gets the outcome of the one execution on any node', async () => {
  const [first, second] = await nodes()
  const request = keyed('slow', { ms: 600 })
  await breakOff(first.running, request, running(first.world))
  const { json } = await post(second.running, request)
  expect(json.result.content[0].text).toBe('slow and done')
  expect(first.world.executions.length + second.world.executions.length).toBe(1)
  expect(first.world.adapters.runs.all().map(({ status }) => status)).toEqual(['succeeded'])
})

it('finds its call still waiting for approval, and runs it once', async () => {
  const [first, second] = await nodes()
  const request = keyed('deals.delete', { dealId: 'd1' })
  await breakOff(first.running, request, () => first.world.adapters.approvals.waiting() === 1)
  const [approval] = first.world.adapters.approvals.list()
  const back = post(second.running, request)
  await until(() => first.world.adapters.audit.events.some(({ type }) => type === 'run.joined'))
  await first.world.adapters.approvals.decide({
    id: approval?.id ?? '',
    decision: 'approve',
    decidedBy: 'operator',
  })
  expect((await back).json.result.content[0].text).toBe('deleted d1')
  expect(first.world.executions.length + second.world.executions.length).toBe(1)
  expect(first.world.adapters.runs.all().map(({ status }) => status)).toEqual(['succeeded'])
})

it('has cancelled when it has no key: the tool stops at once', async () => {
  const [first] = await nodes()
  await breakOff(first.running, keyed('slow', { ms: 20_000 }, null), running(first.world))
  await until(() => first.world.adapters.runs.all()[0]?.status === 'cancelled')
})

it('is cancelled when it does not reconnect', async () => {
  const [first] = await nodes()
  const request = keyed('slow', { ms: 60_000 })
  const before = performance.now()
  await breakOff(first.running, request, running(first.world))
  await until(() => first.world.adapters.runs.all()[0]?.status !== 'running')
  expect(performance.now() - before).toBeGreaterThan(9000)
  expect((await post(first.running, request)).json.result._meta['ai.allv/code']).toBe('CANCELLED')
  expect(first.world.executions).toEqual([])
})
