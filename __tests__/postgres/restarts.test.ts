import { createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import { createRedisEvents, createRedisRateLimiter } from 'allv-mcp/redis'
import { Redis } from 'ioredis'
import pg from 'pg'
import { openPostgres } from '../support/databases.js'
import { post, type Running, rpc, toolCall } from '../support/http.js'
import { scenes, until } from '../support/scene.js'
import { privatePostgres, privateRedis } from '../support/servers.js'
import { createStoredWorld } from '../support/stored-world.js'

/** PostgreSQL and Redis crash and restart during traffic. The service gives no wrong answer and needs no restart. */

const open = scenes()
const own = await privatePostgres()
const redisServer = await privateRedis()
const shared = await openPostgres()
afterAll(async () => {
  await own?.remove()
  await redisServer?.remove()
  await shared?.close()
})

const ADD = { body: toolCall('deals_add', { a: 1, b: 2 }) }

/** Four clients that ask without pause. */
function traffic(running: Running) {
  const statuses: number[] = []
  let over = false
  const clients = Array.from({ length: 4 }, async () => {
    while (!over) statuses.push((await post(running, ADD)).status)
  })
  const has = (wanted: number) => () => statuses.includes(wanted)
  return {
    statuses,
    /** Resolves once some call was answered so. */
    seen: (wanted: number) => until(has(wanted)),
    async stop() {
      over = true
      await Promise.all(clients)
    },
  }
}

/** As many in a row as there are connections in a pool: none of the broken ones is left. */
async function servedAgain(running: Running): Promise<void> {
  await until(async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(running, ADD)))
    return answers.every(({ status }) => status === 200)
  })
}

it('runs if the programs for it are installed', () => {
  expect([own, redisServer].every((server) => server === null || URL.canParse(server.url))).toBe(true)
})

if (own !== null) {
  it('survives a crash of PostgreSQL: 503 meanwhile, and no tool runs before its intent is recorded', async () => {
    const pool = new pg.Pool({ connectionString: own.url, connectionTimeoutMillis: 1000 })
    pool.on('error', () => {})
    await migrate({ pool })
    const { world, stores } = createStoredWorld({ pool, approvalHoldMs: 15_000 })
    const { running } = await open(world)
    const deciding = createPostgresAdapters({ pool })
    const waiting = post(running, { body: toolCall('deals_delete', { dealId: 'd' }) })
    await until(() => stores.approvals.waiting() === 1)
    const calls = traffic(running)
    await calls.seen(200)
    await own.crash()
    await calls.seen(503)
    await own.start()
    await servedAgain(running)
    await calls.stop()
    expect(new Set(calls.statuses)).toEqual(new Set([200, 503]))
    // The call that waited through the crash is decided after it, and runs.
    const [pending] = (await deciding.approvals.list({ workspaceId: 'ws_acme', state: 'pending' })).approvals
    await deciding.approvals.decide({ id: pending?.id ?? '', decision: 'approve', decidedBy: 'operator' })
    expect((await waiting).text).toContain('deleted d')
    const kept = new Map<string, string>()
    for (const { runId } of world.executions)
      kept.set(runId, (await stores.runs.get({ workspaceId: 'ws_acme', id: runId }))?.status ?? 'lost')
    expect(new Set(kept.values()).has('lost')).toBe(false)
    expect(kept.size).toBe(world.executions.length)
    await stores.events.close()
    await pool.end()
  })
}

if (redisServer !== null && shared !== null) {
  it('survives a crash of Redis: no call above the limit, and no missed decision', async () => {
    const redis = new Redis(redisServer.url)
    redis.on('error', () => {})
    await redis.ping()
    const hubs = [0, 1].map(() => createRedisEvents({ redis }))
    const [events, otherEvents] = hubs
    if (events === undefined || otherEvents === undefined) throw new Error('no events')
    const pool = shared.node()
    const { schema } = shared
    const { world, stores } = createStoredWorld({
      pool,
      schema,
      events,
      approvalHoldMs: 15_000,
      rateLimit: createRedisRateLimiter({ redis, points: 100_000, seconds: 60 }),
    })
    const { running } = await open(world)
    const waiting = post(running, { body: toolCall('deals_delete', { dealId: 'd' }) })
    await until(() => stores.approvals.waiting() === 1)
    const calls = traffic(running)
    await calls.seen(200)
    await redisServer.crash()
    await calls.seen(503)
    // Decided while there are no events: only a poll, or the read after the gap, can end the wait.
    const deciding = createPostgresAdapters({
      pool,
      schema,
      events: otherEvents,
    })
    const [pending] = (await deciding.approvals.list({ workspaceId: 'ws_acme', state: 'pending' })).approvals
    const decision = deciding.approvals.decide({
      id: pending?.id ?? '',
      decision: 'approve',
      decidedBy: 'operator',
    })
    await redisServer.start()
    expect((await decision).status).toBe('decided')
    expect((await waiting).text).toContain('deleted d')
    await servedAgain(running)
    await calls.stop()
    expect(new Set(calls.statuses)).toEqual(new Set([200, 503]))
    expect((await post(running, { body: rpc('tools/list') })).status).toBe(200)
    await Promise.all(hubs.map((hub) => hub.close()))
    redis.disconnect()
  })
}
