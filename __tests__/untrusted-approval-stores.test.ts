import { type Approval, createAllvMcpRouter } from 'allv-mcp'
import { decideNewest } from './support/decisions.js'
import { type Ask, post, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { createWorld, type World } from './support/world.js'

const start = scenes()
const DELETE: Ask = { body: toolCall('deals.delete', { dealId: 'd1' }) }

/** Wrong values that a faulty store might give. */
const mixedUp: readonly [string, object][] = [
  ['another binding', { binding: 'f'.repeat(64) }],
  ['another member', { memberId: 'mem_omar' }],
  ['another workspace', { workspaceId: 'ws_globex' }],
  ['another tool', { tool: 'deals.add' }],
]
const SHOWN = /OTHERS-SECRET/

/** The store, with changed results of these methods. */
const bending = (methods: readonly ('request' | 'get' | 'consume' | 'wait')[], fields: object) => ({
  approvalHoldMs: 0,
  adapt: ({ approvals }: World['adapters']) => ({
    approvals: {
      ...approvals,
      ...Object.fromEntries(
        methods.map((method) => [
          method,
          async (query: never) => {
            const given: object | null = await Reflect.apply(approvals[method], approvals, [query])
            return given === null ? null : { ...given, reason: 'OTHERS-SECRET', ...fields }
          },
        ]),
      ),
    },
  }),
})

describe.each(mixedUp)('an approval of %s', (_, fields) => {
  it.each(['pending', 'approved', 'settled', 'denied', 'unknown', 'executing'] as const)(
    'runs nothing and shows nothing, whatever its members are: %s',
    async (state) => {
      const { world, running } = await start(
        bending(['request'], { ...fields, state, decidedBy: 'operator' }),
      )
      const answer = await post(running, DELETE)
      expect(answer.json.error?.data['code']).toBe('INTERNAL')
      expect(answer.text).not.toMatch(SHOWN)
      expect(world.executions).toEqual([])
      expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['failed'])
      expect(String(world.failures[0]?.error)).toContain('not bound to this call')
    },
  )

  it('runs nothing when consume gives it', async () => {
    const { world, running } = await start(bending(['consume'], fields))
    await post(running, DELETE)
    await decideNewest(world)
    expect((await post(running, DELETE)).json.error?.data['code']).toBe('INTERNAL')
    expect(world.executions).toEqual([])
  })

  it('runs nothing when wait gives it', async () => {
    const bent = bending(['wait', 'get'], { ...fields, state: 'approved', decidedBy: 'operator' })
    const { world, running } = await start({ ...bent, approvalHoldMs: 20_000 })
    const waiting = post(running, DELETE)
    await until(() => world.adapters.approvals.waiting() === 1)
    await decideNewest(world)
    expect((await waiting).json.error?.data['code']).toBe('INTERNAL')
    expect(world.executions).toEqual([])
  })
})

describe('a store that lets several runs consume one approval', () => {
  it.each([
    ['gives the approval as another run consumed it', { state: 'executing', runId: 'run_of_another' }],
    ['gives one that is still approved', { state: 'approved', runId: null }],
    ['gives one under this run that was denied', { state: 'denied' }],
    ['gives one under this run that is settled', { state: 'settled' }],
    ['gives one under this run that has expired', { state: 'expired' }],
    ['gives one that was denied', { state: 'denied', runId: null }],
    ['gives one that is settled', { state: 'settled', runId: 'run_of_another' }],
    ['gives one that has expired', { state: 'expired', runId: null }],
  ])('runs nothing: it %s', async (_, fields) => {
    const { world, running } = await start(bending(['consume'], fields))
    await post(running, DELETE)
    await decideNewest(world)
    const answer = await post(running, DELETE)
    expect(world.executions).toEqual([])
    expect(answer.json.result?.isError ?? true).toBe(true)
  })
})

it.each([{}, { state: 'APPROVED' }, { state: undefined }, { state: true }])(
  'runs nothing under an approval in an unknown state: %j',
  async (fields) => {
    const { world, running } = await start(bending(['request'], { decidedBy: 'operator', ...fields }))
    const answer = await post(running, DELETE)
    expect(answer.status).toBeLessThan(600)
    expect(answer.json.result?.isError ?? true).toBe(true)
    expect(world.executions).toEqual([])
  },
)

it.each([null, undefined, 7, 'apr'])('runs nothing when request gives %j', async (given) => {
  const { world, running } = await start({
    adapt: ({ approvals }) => ({ approvals: { ...approvals, request: async () => given as never } }),
  })
  expect((await post(running, DELETE)).json.error?.data['code']).toBe('INTERNAL')
  expect(world.executions).toEqual([])
})

it('does not invent an outcome for a settled approval without one', async () => {
  const { world, running } = await start(bending(['request'], { state: 'settled', outcome: null }))
  const { result } = (await post(running, DELETE)).json
  expect([result.isError, result._meta['ai.allv/code']]).toEqual([true, 'OUTCOME_UNKNOWN'])
  expect(world.executions).toEqual([])
})

describe('an execution that was never settled', () => {
  it('is reported as unknown once its lease is over, and never run again', async () => {
    let lease = 0
    const { world, running } = await start({
      approvalHoldMs: 0,
      adapt: ({ approvals }) => ({
        approvals: {
          ...approvals,
          consume: (claim) => {
            lease = claim.leaseMs
            return approvals.consume({ ...claim, leaseMs: 40 })
          },
          settle: async () => {},
        },
      }),
    })
    await post(running, DELETE)
    await decideNewest(world)
    await post(running, DELETE)
    expect(lease).toBeGreaterThan(60_000)
    await until(() => world.adapters.approvals.list()[0]?.state === 'unknown')
    for (let i = 0; i < 3; i += 1) {
      const { result } = (await post(running, DELETE)).json
      expect(result._meta['ai.allv/code']).toBe('OUTCOME_UNKNOWN')
      expect(result.content[0].text).toContain('outcome is unknown')
    }
    expect(world.executions).toHaveLength(1)
  })
})

it('executes once over two nodes on one store, and gives all callers the same outcome', async () => {
  const world = createWorld({ approvalHoldMs: 20_000, rateLimit: false })
  const node = () => ({ ...world, router: () => createAllvMcpRouter(world.options) })
  const nodes = [await start(node()), await start(node())]
  const calls = nodes.flatMap(({ running }) => Array.from({ length: 50 }, () => post(running, DELETE)))
  await until(() => world.adapters.approvals.waiting() === 100)
  await decideNewest(world)
  const texts = (await Promise.all(calls)).map(({ json }) => json.result.content[0].text)
  expect(new Set(texts)).toEqual(new Set(['deleted d1']))
  expect(world.executions).toHaveLength(1)
  const approvals: readonly Approval[] = world.adapters.approvals.list()
  expect(approvals.map(({ state, runId }) => [state, runId])).toEqual([
    ['settled', world.executions[0]?.runId],
  ])
})
