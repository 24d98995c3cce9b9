import { decideNewest } from './support/decisions.js'
import { listen, post, type Running, rpc, toolCall } from './support/http.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

let world: World
let running: Running

async function start(options: WorldOptions = {}): Promise<void> {
  world = createWorld(options)
  running = await listen(world)
}
afterEach(() => running.close())

const events = () =>
  world.adapters.audit.events.map(({ type, tool, outcome, code }) => [
    type,
    tool ?? null,
    outcome ?? code ?? null,
  ])
const runs = () => world.adapters.runs.all().map(({ tool, status, errorCode }) => [tool, status, errorCode])

describe('each call that begins', () => {
  const cases: readonly [string, object, string, string | null][] = [
    ['deals.add', { a: 1, b: 2 }, 'succeeded', null],
    ['fails', {}, 'failed', 'TOOL_FAILED'],
    ['throws', {}, 'failed', 'TOOL_FAILED'],
    ['deaf', {}, 'timed_out', 'TOOL_TIMED_OUT'],
    ['deals.forbidden', {}, 'denied', 'APPROVAL_DENIED'],
    ['deals.delete', { dealId: 'd' }, 'pending_approval', 'APPROVAL_PENDING'],
    ['asks', {}, 'failed', 'CLIENT_CAPABILITY_REQUIRED'],
    ['agent.read_memory', { key: 'tone' }, 'succeeded', null],
  ]
  it.each(cases)(
    'is one run with its start and its end in the audit log: %s',
    async (tool, args, status, code) => {
      await start()
      await post(running, { body: toolCall(tool, args) })
      expect(runs()).toEqual([[tool, status, code]])
      const mine = world.adapters.audit.events.filter(({ type }) => type.startsWith('run.'))
      expect(mine.map(({ type, outcome }) => [type, outcome ?? null])).toEqual([
        ['run.started', null],
        ['run.ended', status],
      ])
      const [run] = world.adapters.runs.all()
      for (const event of mine) {
        expect(event).toMatchObject({
          workspaceId: 'ws_acme',
          memberId: 'mem_maria',
          credentialId: 'key_acme',
          face: 'mcp',
          tool,
          runId: run?.id,
        })
      }
      expect(mine[0]?.argumentsDigest).toMatch(/^[0-9a-f]{64}$/)
    },
  )
})

it('has its intent recorded before the tool runs', async () => {
  const order: string[] = []
  const noted = <T>(step: string, act: () => T): T => {
    order.push(step)
    return act()
  }
  await start({
    adapt: ({ runs: store, audit, tools }) => ({
      runs: {
        ...store,
        begin: (run) => noted('begin', () => store.begin(run)),
        end: (end) => noted('end', () => store.end(end)),
      },
      audit: { append: (added) => noted(added.map(({ type }) => type).join(), () => audit.append(added)) },
      tools: { list: tools.list, call: (context, call) => noted('tool', () => tools.call(context, call)) },
    }),
  })
  await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
  expect(order.slice(0, 3)).toEqual(['begin', 'run.started', 'tool'])
  expect(order.slice(3).sort()).toEqual(['end', 'run.ended'])
})

it.each(['runs', 'audit'] as const)(
  'does not run the tool when the intent cannot be recorded: %s',
  async (broken) => {
    await start({
      adapt: ({ runs: store }) =>
        broken === 'runs'
          ? { runs: { ...store, begin: async () => Promise.reject(new Error('disk full')) } }
          : { audit: { append: async () => Promise.reject(new Error('disk full')) } },
    })
    const answer = await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
    expect([answer.status, answer.json.error?.data['code']]).toEqual([503, 'RUN_LOG_UNAVAILABLE'])
    expect(world.executions).toEqual([])
    if (broken === 'audit') expect(runs()).toEqual([['deals.add', 'failed', 'RUN_LOG_UNAVAILABLE']])
  },
)

it('answers truthfully when only the end cannot be recorded, and tells onError', async () => {
  await start({
    adapt: ({ runs: store }) => ({
      runs: { ...store, end: async () => Promise.reject(new Error('disk full')) },
    }),
  })
  const answer = await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
  expect(answer.json.result.structuredContent).toEqual({ sum: 3 })
  expect(world.failures).toEqual([expect.objectContaining({ code: 'UNAVAILABLE' })])
})

it('works without runs and audit', async () => {
  world = createWorld()
  const { runs: _, audit: __, features: ___, ...adapters } = world.adapters
  const { createAllvMcpRouter } = await import('allv-mcp')
  const bare = { ...world, router: () => createAllvMcpRouter({ ...world.options, adapters }) }
  running = await listen(bare)
  expect(
    (await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })).json.result.structuredContent,
  ).toEqual({ sum: 3 })
  const keyed = await post(running, {
    body: toolCall('deals.add', { a: 1, b: 2 }),
    headers: { 'idempotency-key': 'k' },
  })
  expect(keyed.json.result._meta['ai.allv/code']).toBe('IDEMPOTENCY_UNSUPPORTED')
})

it('records refusals, with what had been proved by then', async () => {
  await start()
  await post(running, { key: 'globex' })
  await post(running, { member: 'nobody@acme.test' })
  await post(running, { body: toolCall('no.such') })
  await post(running, { body: toolCall('deals_add', { a: 'x' }) })
  await post(running, { body: rpc('resources/read', { uri: 'allv://x' }) })
  expect(world.adapters.audit.events).toMatchObject([
    {
      type: 'request.refused',
      code: 'UNAUTHENTICATED',
      workspaceId: null,
      claimedWorkspaceId: 'ws_acme',
      credentialId: null,
      memberId: null,
    },
    {
      type: 'request.refused',
      code: 'MEMBER_NOT_ALLOWED',
      workspaceId: 'ws_acme',
      credentialId: 'key_acme',
      memberId: null,
    },
    { type: 'request.refused', code: 'TOOL_NOT_FOUND', memberId: 'mem_maria', tool: 'no.such' },
    { type: 'request.refused', code: 'INVALID_ARGUMENTS', memberId: 'mem_maria', tool: 'deals.add' },
    { type: 'request.refused', code: 'MEMORY_NOT_FOUND', memberId: 'mem_maria', operation: 'memory/read' },
  ])
  expect(runs()).toEqual([])
})

it('records reads, changes and lists', async () => {
  await start()
  await post(running, { body: rpc('tools/list') })
  await post(running, { body: rpc('resources/list') })
  await post(running, { body: rpc('resources/read', { uri: 'allv://workspaces/ws_acme/memory/tone' }) })
  await post(running, { body: toolCall('agent.update_memory', { key: 'tone', text: 'warm' }) })
  expect(events()).toEqual([
    ['tools.listed', null, null],
    ['memory.listed', null, null],
    ['memory.read', null, null],
    ['run.started', 'agent.update_memory', null],
    ['memory.changed', null, null],
    ['run.ended', 'agent.update_memory', 'succeeded'],
  ])
})

it('records every step of an approval', async () => {
  await start()
  const ask = { body: toolCall('deals.delete', { dealId: 'd1' }) }
  await post(running, ask)
  const [approval] = world.adapters.approvals.list()
  await world.adapters.approvals.decide({
    id: approval?.id ?? '',
    decision: 'approve',
    decidedBy: 'operator',
  })
  await post(running, ask)
  await post(running, ask)
  expect(events()).toEqual([
    ['run.started', 'deals.delete', null],
    ['approval.requested', 'deals.delete', null],
    ['run.ended', 'deals.delete', 'pending_approval'],
    ['approval.decided', 'deals.delete', 'approved'],
    ['run.started', 'deals.delete', null],
    ['approval.consumed', 'deals.delete', null],
    ['run.ended', 'deals.delete', 'succeeded'],
    ['run.started', 'deals.delete', null],
    ['run.ended', 'deals.delete', 'succeeded'],
  ])
  expect(world.adapters.audit.events.find(({ type }) => type === 'approval.consumed')).toMatchObject({
    decidedBy: 'operator',
    approvalId: approval?.id,
  })
})

describe('an idempotency key', () => {
  const add = { body: toolCall('deals.add', { a: 1, b: 2 }), headers: { 'idempotency-key': 'k1' } }

  it('gives a repeat the outcome of the first call', async () => {
    await start()
    const first = (await post(running, add)).json.result
    const again = (await post(running, add)).json.result
    expect(again.structuredContent).toEqual({ sum: 3 })
    expect(again._meta['ai.allv/replayOf'].runId).toBe(first._meta['ai.allv/runId'])
    expect(world.executions).toHaveLength(1)
    expect(runs()).toHaveLength(1)
  })

  it('joins the running call', async () => {
    await start()
    const ask = { body: toolCall('slow', { ms: 120 }, { _meta: { 'ai.allv/idempotencyKey': 'k1' } }) }
    const results = await Promise.all([post(running, ask), post(running, ask), post(running, ask)])
    expect(results.map(({ json }) => json.result.content[0].text)).toEqual(Array(3).fill('slow and done'))
    expect(world.executions).toHaveLength(1)
  })

  it('is refused with other arguments, and in another form', async () => {
    await start()
    await post(running, add)
    const other = await post(running, { ...add, body: toolCall('deals.add', { a: 5, b: 5 }) })
    expect(other.json.result._meta['ai.allv/code']).toBe('IDEMPOTENCY_CONFLICT')
    const both = toolCall('deals.add', { a: 1, b: 2 }, { _meta: { 'ai.allv/idempotencyKey': 'k2' } })
    expect((await post(running, { ...add, body: both })).json.error?.data['code']).toBe('INVALID_PARAMS')
    expect(
      (await post(running, { ...add, headers: { 'idempotency-key': 'a b' } })).json.error?.data['code'],
    ).toBe('INVALID_PARAMS')
    expect(world.executions).toHaveLength(1)
  })

  it('continues a call that waits for approval, and runs it once', async () => {
    await start()
    const ask = { body: toolCall('deals.delete', { dealId: 'd1' }), headers: { 'idempotency-key': 'k1' } }
    const pending = (await post(running, ask)).json.result
    await decideNewest(world)
    const all = await Promise.all(Array.from({ length: 10 }, () => post(running, ask)))
    expect(new Set(all.map(({ json }) => json.result.content[0].text))).toEqual(new Set(['deleted d1']))
    expect(world.executions).toHaveLength(1)
    expect(runs()).toEqual([['deals.delete', 'succeeded', null]])
    expect(world.adapters.runs.all()[0]?.id).toBe(pending._meta['ai.allv/runId'])
  })

  it('shows nothing of a run that the store confused with another', async () => {
    await start({
      adapt: ({ runs: store }) => ({
        runs: {
          ...store,
          begin: async (run) => ({
            started: false,
            run: {
              ...run,
              id: 'run_x',
              memberId: 'mem_ada',
              status: 'succeeded',
              approvalId: null,
              checkpoint: null,
              endedAt: null,
              errorCode: null,
              outcome: null,
            },
          }),
        },
      }),
    })
    expect((await post(running, add)).json.error?.code).toBe(-32603)
    expect(world.executions).toEqual([])
  })
})
