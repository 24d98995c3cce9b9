import { createAllvAgentApi, createAllvMcpRouter } from 'allv-mcp'
import { openPostgres, type TestDatabase } from './support/databases.js'
import { listen, post, type Running, toolCall } from './support/http.js'
import { createStoredWorld } from './support/stored-world.js'
import { taskClient } from './support/tasks.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

/** One member cannot fill the store, or the operators' page, with pending approvals. */

const database: TestDatabase | null = await openPostgres()
const pool = database?.node()
afterAll(() => database?.close())
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await pool?.query(`truncate "${database?.schema}".approvals, "${database?.schema}".runs`)
})

interface Stage {
  readonly world: World
  readonly running: Running
  readonly decide: (id: string, decision: 'approve' | 'deny') => Promise<unknown>
  readonly pending: () => Promise<readonly { readonly id: string; readonly memberId: string }[]>
}

const makers: [string, (options: WorldOptions) => Promise<Stage>][] = [
  [
    'in memory',
    async (options) => {
      const world = createWorld({ rateLimit: false, ...options })
      const { approvals } = world.adapters
      return {
        world,
        running: await listen(world),
        decide: (id, decision) => approvals.decide({ id, decision, decidedBy: 'operator' }),
        pending: async () => approvals.list({ state: 'pending' }),
      }
    },
  ],
]
if (database !== null && pool !== undefined)
  makers.push([
    'in PostgreSQL',
    async (options) => {
      const { world, stores } = createStoredWorld({ ...options, pool, schema: database.schema })
      closers.push(() => stores.events.close())
      return {
        world,
        running: await listen(world),
        decide: (id, decision) => stores.approvals.decide({ id, decision, decidedBy: 'operator' }),
        pending: async () =>
          (await stores.approvals.list({ workspaceId: 'ws_acme', state: 'pending' })).approvals,
      }
    },
  ])

const MOST = 5
const TOO_MANY = 'TOO_MANY_PENDING_APPROVALS'

describe.each(makers)('%s', (_, make) => {
  const start = async (options: WorldOptions = {}) => {
    const stage = await make({ approvalHoldMs: 0, maxPendingApprovals: MOST, ...options })
    closers.push(() => stage.running.close())
    return stage
  }
  const call = async ({ running }: Stage, i: number, over: object = {}) => {
    const { json } = await post(running, { body: toolCall('deals.delete', { dealId: `d${i}` }), ...over })
    return json.result?._meta?.['ai.allv/code'] ?? json.result?.content?.[0]?.text
  }

  it('refuses a call above the limit, of any number of calls at once, and runs nothing', async () => {
    const stage = await start()
    const codes = await Promise.all(Array.from({ length: 30 }, (__, i) => call(stage, i)))
    expect(codes.filter((code) => code === 'APPROVAL_PENDING')).toHaveLength(MOST)
    expect(codes.filter((code) => code === TOO_MANY)).toHaveLength(30 - MOST)
    expect(await stage.pending()).toHaveLength(MOST)
    expect([stage.world.executions, stage.world.failures]).toEqual([[], []])
  })

  it('says what to do', async () => {
    const stage = await start({ maxPendingApprovals: 1 })
    await call(stage, 0)
    const { result } = (await post(stage.running, { body: toolCall('deals.delete', { dealId: 'd1' }) })).json
    expect([result.isError, result.content[0].text]).toEqual([
      true,
      expect.stringMatching(/decide some of them or wait/),
    ])
  })

  it('joins pending approvals, and lets other members ask', async () => {
    const stage = await start()
    for (let i = 0; i < MOST; i += 1) await call(stage, i)
    for (let i = 0; i < MOST; i += 1) expect(await call(stage, i)).toBe('APPROVAL_PENDING')
    expect(await call(stage, MOST)).toBe(TOO_MANY)
    expect(await call(stage, MOST, { member: 'omar@acme.test' })).toBe('APPROVAL_PENDING')
    expect(await stage.pending()).toHaveLength(MOST + 1)
  })

  it.each(['approve', 'deny'] as const)('accepts one more after a decision: %s', async (decision) => {
    const stage = await start()
    const keyed = { headers: { 'idempotency-key': 'late' } }
    for (let i = 0; i < MOST; i += 1) await call(stage, i)
    expect([await call(stage, 9), await call(stage, 9, keyed)]).toEqual([TOO_MANY, TOO_MANY])
    for (const { id } of (await stage.pending()).slice(0, 2)) await stage.decide(id, decision)
    expect([await call(stage, 9), await call(stage, 9, keyed)]).toEqual([
      'APPROVAL_PENDING',
      'APPROVAL_PENDING',
    ])
  })

  it('refuses tasks and calls of the Agent API alike', async () => {
    const stage = await start({ maxPendingApprovals: 1 })
    await call(stage, 0)
    const { result } = await taskClient(stage.running).call('deals.delete', { dealId: 'd1' })
    expect(result._meta['ai.allv/code']).toBe(TOO_MANY)
    const api = createAllvAgentApi(stage.world.options)
    const agent = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' })
    expect(await agent.callTool('deals.delete', { dealId: 'd2' })).toMatchObject({
      status: 'failed',
      code: TOO_MANY,
    })
  })
})

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5'])(
  'refuses the option %p',
  (maxPendingApprovals) => {
    const { options } = createWorld()
    expect(() =>
      createAllvMcpRouter({ ...options, maxPendingApprovals: maxPendingApprovals as number }),
    ).toThrow(/maxPendingApprovals must be a whole number from 1/)
  },
)

it('runs nothing under a store with another answer', async () => {
  for (const given of [{ status: 'full' }, { status: null }, {}, []]) {
    const world = createWorld({
      adapt: ({ approvals }) => ({ approvals: { ...approvals, request: async () => given as never } }),
    })
    const running = await listen(world)
    closers.push(() => running.close())
    const { json } = await post(running, { body: toolCall('deals.delete', { dealId: 'd1' }) })
    expect(json.error?.data['code']).toBe('INTERNAL')
    expect(world.executions).toEqual([])
  }
})
