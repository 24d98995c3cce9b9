/**
 * `npm run chaos -- 200`: three nodes under traffic with approvals on one PostgreSQL; one after the other is killed with `kill -9` at
 * random points and started again. At the end the effects of the tools are compared with what the library says of them.
 */

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import pg from 'pg'
import { createEffects } from './effects.js'
import { startNodes } from './nodes.js'
import { startOperator } from './operator.js'
import { startTraffic } from './traffic.js'
import { judge } from './verdict.js'

const kills = Number(process.argv[2] ?? 200)
const url = new URL(process.env['DATABASE_URL'] || 'postgres://postgres@127.0.0.1:5432/test')
const port = Number(process.env['PORT'] ?? 4700)
const name = `allv_chaos_${randomBytes(6).toString('hex')}`

const admin = new pg.Pool({ connectionString: url.href, max: 1 })
await admin.query(`create database "${name}"`)
url.pathname = `/${name}`
const pool = new pg.Pool({ connectionString: url.href })
// `end()` resolves before the sockets are closed, and dropping the database then cuts them off.
pool.on('error', () => {})
try {
  process.exitCode = await play()
} finally {
  await pool.end()
  await admin.query(`drop database "${name}" with (force)`)
  await admin.end()
}

async function play(): Promise<number> {
  await migrate({ pool })
  await createEffects(pool)
  const adapters = createPostgresAdapters({ pool })
  await adapters.members.put({ id: 'mem', workspaceId: 'ws', email: 'm@ws.test', active: true })
  const { key } = await adapters.apiKeys.create({
    workspaceId: 'ws',
    name: 'chaos',
    scopes: [],
    members: ['mem'],
  })
  const env = { ...process.env, DATABASE_URL: url.href, SECRET: randomBytes(32).toString('hex') }
  const nodes = await startNodes([port, port + 1, port + 2], env)
  const [traffic, operator] = [startTraffic(nodes, key ?? ''), startOperator(adapters)]
  const time = hastenLeases()
  const began = Date.now()
  for (let killed = 0; killed < kills; killed += 1) await nodes.killOne()
  const answered = await traffic.stop()
  await nodes.killAll()
  await operator.stop()
  await adapters.events.close()
  await time.stop()
  await endLeases(0)
  const { faults, counts } = await judge(pool, answered)
  console.log(`${kills} kills in ${Math.round((Date.now() - began) / 1000)} s`)
  console.table(counts)
  for (const fault of faults) console.error(`FAULT: ${fault}`)
  if (faults.length === 0) console.log('no fault: nothing twice, nothing lost, nothing untold')
  return faults.length === 0 ? 0 : 1
}

/**
 * Leases last half a minute and more. Here they end after five seconds, as if time went faster: what a dead node left reads `unknown`, and
 * a live one that is slow may still tell the truth late.
 */
function hastenLeases(): { stop(): Promise<void> } {
  let over = false
  const work = async () => {
    for (; !over; await sleep(250)) await endLeases(5000)
  }
  const working = work()
  return {
    async stop() {
      over = true
      await working
    },
  }
}

async function endLeases(afterMs: number): Promise<void> {
  const old = (since: string) =>
    `lease_ends_at > now() and ${since} <= now() - ${afterMs} * interval '1 millisecond'`
  await pool.query(
    `update allv_mcp.runs set lease_ends_at = now() where status = 'running' and ${old('begun_at')}`,
  )
  await pool.query(
    `update allv_mcp.approvals set lease_ends_at = now() where state = 'executing' and ${old('consumed_at')}`,
  )
}
