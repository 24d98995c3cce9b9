import { createPostgresAdapters } from 'allv-mcp/postgres'
import { createRedisEvents } from 'allv-mcp/redis'
import { approvalsContract } from 'allv-mcp/testing'
import { Redis } from 'ioredis'
import { findRedis, freshName, openPostgres } from '../support/databases.js'

/** Approvals in PostgreSQL whose waits are woken through Redis, each case decided on the other of two nodes. */

const url = await findRedis()
const postgres = await openPostgres()
const clients: Redis[] = []
const channel = freshName()

function openNode() {
  const redis = new Redis(url ?? '')
  clients.push(redis)
  return createPostgresAdapters({
    pool: postgres?.node() ?? never(),
    schema: postgres?.schema ?? '',
    events: createRedisEvents({ redis, channel }),
  })
}

function never(): never {
  throw new Error('no PostgreSQL')
}

it('runs if PostgreSQL and Redis answer', () => {
  expect([url, postgres].every((found) => found === null || Boolean(found))).toBe(true)
})

if (url !== null && postgres !== null) {
  const [here, there] = [openNode(), openNode()]
  afterAll(async () => {
    await Promise.all([here.events.close(), there.events.close()])
    for (const client of clients) client.disconnect()
    await postgres.close()
  })
  approvalsContract({ describe, it }, async () => ({
    adapter: here.approvals,
    decide: there.approvals.decide,
    waiting: here.approvals.waiting,
  }))
}
