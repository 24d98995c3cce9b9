/**
 * Runs `npm run bench:wake`: measures the time from a decision on node A to the result of the call that waits on node B. Both nodes are in this
 * process, each with its own pool. Events go over PostgreSQL, and over Redis if REDIS_URL is set. The time contains the commit of the decision
 * with its audit event, the event, a read, the consumption of the approval, an empty tool, settling it, and the end of the run.
 */

import { createAllvAgentApi, createToolProvider, defineTool } from 'allv-mcp'
import { createPostgresAdapters, migrate, type NodeEvents } from 'allv-mcp/postgres'
import { createRedisEvents } from 'allv-mcp/redis'
import { Redis } from 'ioredis'
import pg from 'pg'
import { z } from 'zod'

const ROUNDS = 200
const MEDIAN_LIMIT_MS = 250
const connectionString = process.env['DATABASE_URL'] || 'postgres://postgres@127.0.0.1:5432/test'
const redisUrl = process.env['REDIS_URL'] || null
const schema = `allv_wake_${crypto.randomUUID().slice(0, 8)}`
const tools = createToolProvider([
  defineTool({
    name: 'deals.delete',
    description: 'Needs an operator.',
    input: z.object({ round: z.number() }),
    approval: 'operator',
    run: () => 'deleted',
  }),
])

const pools = [0, 1].map(() => new pg.Pool({ connectionString }))
const [poolA, poolB] = pools
if (poolA === undefined || poolB === undefined) throw new Error('no pools')
await migrate({ pool: poolA, schema })
const medians = [await measure('PostgreSQL', () => undefined)]
if (redisUrl !== null) {
  const clients: Redis[] = []
  const overRedis = () => {
    const redis = new Redis(redisUrl)
    clients.push(redis)
    return createRedisEvents({ redis, channel: schema })
  }
  medians.push(await measure('Redis', overRedis))
  for (const client of clients) client.disconnect()
}
await poolA.query(`drop schema "${schema}" cascade`)
await Promise.all(pools.map((pool) => pool.end()))
process.exitCode = medians.every((median) => median < MEDIAN_LIMIT_MS) ? 0 : 1

async function measure(news: string, events: () => NodeEvents | undefined): Promise<number> {
  const nodes = pools.map((pool) => {
    const own = events()
    return createPostgresAdapters({
      pool,
      schema,
      ...(own === undefined ? {} : { events: own }),
    })
  })
  const [a, b] = nodes
  if (a === undefined || b === undefined) throw new Error('no nodes')
  await a.members.put({ id: 'mem', workspaceId: 'ws', email: 'm@ws.test', active: true })
  const agent = await createAllvAgentApi({ adapters: { ...b, tools }, rateLimit: false }).asMember({
    workspaceId: 'ws',
    memberId: 'mem',
    via: 'bench',
  })
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const call = agent.callTool('deals.delete', { round }, { idempotencyKey: `${news}-${round}` })
    const id = await pendingId(a)
    // Waits until the call waits for its approval.
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 20))
    const from = performance.now()
    await a.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
    const { status } = await call
    if (status !== 'completed') throw new Error(`the call ended as ${status}`)
    times.push(performance.now() - from)
  }
  await Promise.all(nodes.map(({ events: hub }) => hub.close()))
  const sorted = times.sort((x, y) => x - y)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  console.log(
    `news over ${news}, ${ROUNDS} decisions: median ${at(0.5).toFixed(1)} ms, 95 % within ${at(0.95).toFixed(1)} ms, slowest ${at(0.9999).toFixed(1)} ms`,
  )
  return at(0.5)
}

async function pendingId({ approvals }: ReturnType<typeof createPostgresAdapters>): Promise<string> {
  for (;;) {
    const [pending] = (await approvals.list({ workspaceId: 'ws', state: 'pending', limit: 1 })).approvals
    if (pending !== undefined) return pending.id
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
