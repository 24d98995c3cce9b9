import { createPostgresAdapters, type PostgresPool } from 'allv-mcp/postgres'
import { runEnd, runUpdate } from '../../lib/testing/harness/context.js'
import { openPostgres } from '../support/databases.js'
import { until } from '../support/scene.js'
import { event, start } from '../testing/records.js'
import { allEvents } from './stores.js'

const postgres = await openPostgres()
afterAll(() => postgres?.close())

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))

/** A pool that counts statements, and can be made to fail the next ones. */
function watched(pool: PostgresPool) {
  const texts: string[] = []
  const state = { texts, fail: null as Error | null, hang: false }
  const watching: PostgresPool = {
    connect: () => pool.connect(),
    async query(text, values) {
      texts.push(text)
      if (state.hang) return new Promise(() => {})
      if (state.fail !== null) throw state.fail
      return pool.query(text, values)
    },
  }
  return { state, pool: watching }
}

function open(options: { groupCommit?: boolean; writeTimeoutMs?: number } = {}) {
  if (postgres === null) throw new Error('no PostgreSQL')
  const { state, pool } = watched(postgres.node())
  const adapters = createPostgresAdapters({ pool, schema: postgres.schema, ...options })
  return { state, adapters, workspaceId: `ws_${crypto.randomUUID()}` }
}

it('runs if PostgreSQL answers', () => {
  expect(postgres === null || postgres.schema.length > 0).toBe(true)
})

if (postgres !== null) {
  it('writes concurrent entries in few statements, and every row of them', async () => {
    const { state, adapters, workspaceId } = open()
    const starts = times(300, () => start({ id: crypto.randomUUID(), workspaceId }))
    await Promise.all([
      ...starts.map((run) => adapters.runs.begin(run)),
      ...times(300, (i) => adapters.audit.append([{ ...event, id: `${workspaceId}${i}`, workspaceId }])),
    ])
    expect(state.texts.length).toBeLessThanOrEqual(5)
    await Promise.all(starts.map((run) => adapters.runs.end(runEnd(run))))
    expect(state.texts.length).toBeLessThanOrEqual(10)
    const { runs } = await adapters.runs.list({ workspaceId, limit: 1000, cursor: null })
    expect(runs.filter(({ status }) => status === 'succeeded')).toHaveLength(300)
    expect(await allEvents(adapters, workspaceId)).toHaveLength(300)
  })

  it('writes updates together with all else, and says of each whether it was written', async () => {
    const { state, adapters, workspaceId } = open()
    const runs = times(100, (i) => start({ id: `run_${i}`, workspaceId }))
    const foreign = runs.map(({ id }) => ({ id, workspaceId: `${workspaceId} other` }))
    await Promise.all(runs.map((run) => adapters.runs.begin(run)))
    state.texts.splice(0)
    const [written] = await Promise.all([
      Promise.all(
        [...foreign, ...runs].map((run) => adapters.runs.update({ ...runUpdate(run), checkpoint: 'x' })),
      ),
      ...times(50, () => adapters.runs.begin(start({ id: crypto.randomUUID(), workspaceId }))),
      ...times(50, (i) => adapters.audit.append([{ ...event, id: `${workspaceId}${i}`, workspaceId }])),
    ])
    expect(written).toEqual([...foreign.map(() => false), ...runs.map(() => true)])
    expect(state.texts.length).toBeLessThanOrEqual(3)
    const ends = runs.map((run, i) =>
      i % 2 === 0
        ? adapters.runs.end({ ...runEnd(run), ifCheckpoint: 'x' })
        : adapters.runs.update({ ...runUpdate(run), ifCheckpoint: 'y' }),
    )
    expect(await Promise.all(ends)).toEqual(runs.map((_, i) => (i % 2 === 0 ? undefined : false)))
    const { runs: kept } = await adapters.runs.list({ workspaceId, limit: 200, cursor: null })
    const statuses = kept.filter(({ checkpoint }) => checkpoint === 'x').map(({ status }) => status)
    expect(statuses.reverse()).toEqual(runs.map((_, i) => (i % 2 === 0 ? 'succeeded' : 'input_required')))
  })

  it('writes one statement for each entry without group commit', async () => {
    const { state, adapters, workspaceId } = open({ groupCommit: false })
    await Promise.all(times(20, () => adapters.runs.begin(start({ id: crypto.randomUUID(), workspaceId }))))
    expect(state.texts).toHaveLength(20)
  })

  it('resolves only when the rows are visible to others', async () => {
    const { adapters, workspaceId } = open()
    const other = open().adapters
    await Promise.all(
      times(50, async () => {
        const run = start({ id: crypto.randomUUID(), workspaceId })
        await adapters.runs.begin(run)
        expect((await other.runs.get(run))?.status).toBe('running')
      }),
    )
  })

  it('fails one row that the database refuses, and no other', async () => {
    const { adapters, workspaceId } = open()
    const bad = (i: number) => i % 7 === 3
    const runs = times(30, (i) =>
      start({ id: crypto.randomUUID(), workspaceId, correlationId: bad(i) ? 'a\0b' : 'req' }),
    )
    const begun = await Promise.allSettled(runs.map((run) => adapters.runs.begin(run)))
    expect(begun.map(({ status }) => status)).toEqual(times(30, (i) => (bad(i) ? 'rejected' : 'fulfilled')))
    const { runs: kept } = await adapters.runs.list({ workspaceId, limit: 100, cursor: null })
    expect(kept.map(({ id }) => id).reverse()).toEqual(runs.filter((_, i) => !bad(i)).map(({ id }) => id))
  })

  it('starts one of two runs of one key in one write, and gives the other that run', async () => {
    const { state, adapters, workspaceId } = open()
    const runs = times(2, () => start({ id: crypto.randomUUID(), workspaceId, idempotencyKey: 'once' }))
    const [first, second] = await Promise.all(runs.map((run) => adapters.runs.begin(run)))
    expect(first).toEqual({ started: true })
    expect(second).toMatchObject({ started: false, run: { id: runs[0]?.id, status: 'running' } })
    expect(state.texts).toHaveLength(2)
  })

  it('starts each key once when two nodes begin the same keys at once, in opposite orders', async () => {
    const { adapters, workspaceId } = open()
    const nodes = [adapters, open().adapters]
    const keys = times(80, (i) => `key_${i}`)
    const begun = await Promise.all(
      nodes.flatMap(({ runs }, node) =>
        (node === 0 ? keys : [...keys].reverse()).map((idempotencyKey) =>
          runs.begin(start({ id: crypto.randomUUID(), workspaceId, idempotencyKey })),
        ),
      ),
    )
    expect(begun.filter(({ started }) => started)).toHaveLength(80)
  })

  it('lets the second end of one run see the first, although both come at once', async () => {
    const { adapters, workspaceId } = open()
    const run = start({ id: crypto.randomUUID(), workspaceId })
    await adapters.runs.begin(run)
    const end = runEnd(run)
    await Promise.all([
      adapters.runs.update({ ...runUpdate(run), status: 'pending_approval', checkpoint: 'kept' }),
      adapters.runs.end(end),
      adapters.runs.end({ ...end, status: 'failed' }),
    ])
    expect(await adapters.runs.get(run)).toMatchObject({ status: 'succeeded', checkpoint: 'kept' })
  })

  it('rejects exactly the callers of a failed write, and continues to write', async () => {
    const { state, adapters, workspaceId } = open()
    const begin = () => adapters.runs.begin(start({ id: crypto.randomUUID(), workspaceId }))
    await begin()
    state.fail = new Error('connection terminated')
    const lost = await Promise.allSettled(times(20, begin))
    expect(new Set(lost.map(({ status }) => status))).toEqual(new Set(['rejected']))
    state.fail = null
    expect(await begin()).toEqual({ started: true })
    expect((await adapters.runs.list({ workspaceId, limit: 100, cursor: null })).runs).toHaveLength(2)
  })

  it('waits no longer than its limit, for a write or in the queue, and continues to write', async () => {
    const { state, adapters, workspaceId } = open({ writeTimeoutMs: 700 })
    const begin = () => adapters.runs.begin(start({ id: crypto.randomUUID(), workspaceId }))
    state.hang = true
    const first = begin()
    await until(() => state.texts.length > 0)
    const outcomes = await Promise.allSettled([first, ...times(500, begin)])
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
    state.hang = false
    expect(await begin()).toEqual({ started: true })
  })

  it('repeats a statement after a serialization failure', async () => {
    const { state, adapters, workspaceId } = open()
    state.fail = Object.assign(new Error('could not serialize access'), { code: '40001' })
    const run = start({ id: crypto.randomUUID(), workspaceId })
    const begun = adapters.runs.begin(run)
    await until(() => state.texts.length > 0)
    state.fail = null
    expect(await begun).toEqual({ started: true })
    expect(state.texts.length).toBeGreaterThan(1)
  })
}
