import { jest } from '@jest/globals'
import { approvalRequest, runEnd } from '../../lib/testing/harness/context.js'
import { openPostgres } from '../support/databases.js'
import { post, type Running, toolCall } from '../support/http.js'
import { scenes, until } from '../support/scene.js'
import { createStoredWorld, type StoredWorld } from '../support/stored-world.js'
import { start } from '../testing/records.js'

/** Faults of a running database: calls end with 503 or with a correct run, and afterwards everything works without a restart. */

const open = scenes()
const postgres = await openPostgres()
const stores: StoredWorld['stores'][] = []
afterAll(async () => {
  await Promise.all(stores.map(({ events }) => events.close()))
  await postgres?.close()
})
afterEach(() => void jest.useRealTimers())

const ADD = { body: toolCall('deals_add', { a: 1, b: 2 }) }

it('runs if PostgreSQL answers', () => {
  expect(postgres === null || postgres.schema.length > 0).toBe(true)
})

if (postgres !== null) {
  const { schema } = postgres

  const openNode = async (
    poolOptions: Parameters<typeof postgres.node>[0] = {},
    options: { approvalHoldMs?: number; writeTimeoutMs?: number } = {},
  ) => {
    const pool = postgres.node(poolOptions)
    const node = createStoredWorld({ pool, schema, ...options })
    stores.push(node.stores)
    return { ...node, pool, running: (await open(node.world)).running }
  }

  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const statusesOf = async (running: Running, count: number) =>
    (await Promise.all(Array.from({ length: count }, () => post(running, ADD)))).map(({ status }) => status)

  it('answers 503 or truthfully, while all connections are cut again and again', async () => {
    const name = `cut_${crypto.randomUUID()}`
    const { running, world, stores: kept } = await openNode({ application_name: name })
    const cutter = postgres.node({ max: 1 })
    const statuses: number[] = []
    for (let round = 0; round < 10; round += 1) {
      const calls = statusesOf(running, 20)
      await sleep(Math.random() * 10)
      await cutter.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
        [name],
      )
      statuses.push(...(await calls))
    }
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect(await statusesOf(running, 20)).toEqual(Array.from({ length: 20 }, () => 200))
    // Whatever ran has its run; whatever was answered 200 ran once.
    const oks = statuses.filter((status) => status === 200).length + 20
    expect(world.executions.length).toBeGreaterThanOrEqual(oks)
    expect(new Set(world.executions.map(({ runId }) => runId)).size).toBe(world.executions.length)
    const runs = await Promise.all(
      world.executions.map(({ runId }) => kept.runs.get({ workspaceId: 'ws_acme', id: runId })),
    )
    expect(runs.filter((run) => run === null || !['succeeded', 'running'].includes(run.status))).toEqual([])
  })

  it('misses no decision that was made while its LISTEN connection was down', async () => {
    const name = `deaf_${crypto.randomUUID()}`
    const here = await openNode({ application_name: name })
    const there = await openNode()
    const approval = await here.stores.approvals.request(approvalRequest())
    const waiting = here.stores.approvals.wait({
      id: approval.id,
      state: 'pending',
      signal: AbortSignal.timeout(100_000),
    })
    await until(() => here.stores.approvals.waiting() === 1)
    await here.stores.events.ready()
    // Cut and decided at the same time: the event reaches no listener.
    const cutter = postgres.node({ max: 1 })
    await cutter.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
      name,
    ])
    await there.stores.approvals.decide({ id: approval.id, decision: 'approve', decidedBy: 'operator' })
    expect((await waiting)?.state).toBe('approved')
    expect(here.stores.approvals.waiting()).toBe(0)
  })

  it('answers 503 while its pool is full, and continues when a connection is free', async () => {
    const { running, pool, world } = await openNode({ max: 2, connectionTimeoutMillis: 1000 })
    const held = [await pool.connect(), await pool.connect()]
    const full = await post(running, ADD)
    expect([full.status, full.json.error?.data['code']]).toEqual([503, 'RUN_LOG_UNAVAILABLE'])
    expect(world.executions).toHaveLength(0)
    for (const client of held) client.release()
    expect(await statusesOf(running, 30)).toEqual(Array.from({ length: 30 }, () => 200))
  })

  it('answers 503 while the database is slow, runs nothing, and continues when it is fast again', async () => {
    const { running, world } = await openNode({ statement_timeout: 1000 })
    const blocker = await postgres.node({ max: 1 }).connect()
    await blocker.query('begin')
    await blocker.query(`lock table "${schema}".runs in access exclusive mode`)
    const slow = await post(running, ADD)
    expect([slow.status, slow.json.error?.data['code']]).toEqual([503, 'RUN_LOG_UNAVAILABLE'])
    expect(world.executions).toHaveLength(0)
    await blocker.query('rollback')
    blocker.release()
    expect((await post(running, ADD)).status).toBe(200)
  })

  it('fails a write that hangs, and makes the next ones', async () => {
    const { running, world } = await openNode({}, { writeTimeoutMs: 1500 })
    const blocker = await postgres.node({ max: 1 }).connect()
    await blocker.query('begin')
    await blocker.query(`lock table "${schema}".audit_events in access exclusive mode`)
    expect((await post(running, ADD)).status).toBe(503)
    await blocker.query('rollback')
    blocker.release()
    expect((await post(running, ADD)).status).toBe(200)
    expect(world.executions).toHaveLength(1)
  })

  it('reports the true outcome later if it could not be stored at once', async () => {
    const { stores: kept } = await openNode()
    const run = start({ id: crypto.randomUUID(), leaseMs: 1 })
    await kept.runs.begin(run)
    await sleep(20)
    expect((await kept.runs.get(run))?.status).toBe('unknown')
    await kept.runs.end(runEnd(run))
    expect((await kept.runs.get(run))?.status).toBe('succeeded')
  })

  it.each([-3_600_000, 3_600_000])(
    'uses the clock of the database when the clock of a node differs by %d ms',
    async (skew) => {
      const other = await openNode()
      jest.useFakeTimers({
        now: Date.now() + skew,
        doNotFake: [
          'hrtime',
          'nextTick',
          'performance',
          'queueMicrotask',
          'setImmediate',
          'clearImmediate',
          'setInterval',
          'clearInterval',
          'setTimeout',
          'clearTimeout',
        ],
      })
      const { running, stores: kept, world } = await openNode({}, { approvalHoldMs: 5000 })
      const dealId = crypto.randomUUID()
      const call = post(running, { body: toolCall('deals_delete', { dealId }) })
      const pending = async () =>
        (await other.stores.approvals.list({ workspaceId: 'ws_acme', state: 'pending' })).approvals.find(
          ({ arguments: args }) => args['dealId'] === dealId,
        )
      await until(async () => (await pending()) !== undefined)
      const id = (await pending())?.id ?? ''
      expect((await kept.approvals.get({ id }))?.state).toBe('pending')
      await other.stores.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
      expect((await call).status).toBe(200)
      expect(world.executions).toHaveLength(1)
      expect((await other.stores.approvals.get({ id }))?.state).toBe('settled')
      const [run] = (await other.stores.runs.list({ workspaceId: 'ws_acme', limit: 1, cursor: null })).runs
      expect([run?.status, run?.approvalId]).toEqual(['succeeded', id])
    },
  )
}
