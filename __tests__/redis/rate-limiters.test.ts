import { createPostgresRateLimiter } from 'allv-mcp/postgres'
import { createRedisRateLimiter } from 'allv-mcp/redis'
import { Redis } from 'ioredis'
import { findRedis, freshName, openEmbedded, openPostgres } from '../support/databases.js'
import { post, toolCall } from '../support/http.js'
import { scenes } from '../support/scene.js'

/** One limit for all nodes, in Redis or in PostgreSQL. */

const open = scenes()
const url = await findRedis()
const postgres = await openPostgres()
const redis = url === null ? null : new Redis(url)
await redis?.ping()
const away = new Redis({ port: 1, retryStrategy: () => null, lazyConnect: true })
away.on('error', () => {})
afterAll(async () => {
  redis?.disconnect()
  away.disconnect()
  await postgres?.close()
})

const limit = { points: 3, seconds: 60 }
const stores = [
  ...(redis === null
    ? []
    : [
        [
          'Redis',
          () =>
            [redis, redis].map((client) => createRedisRateLimiter({ redis: client, keyPrefix, ...limit })),
        ] as const,
      ]),
  ...(postgres === null
    ? []
    : [
        [
          'PostgreSQL',
          () =>
            [postgres.node(), postgres.node()].map((pool) =>
              createPostgresRateLimiter({ pool, schema: postgres.schema, ...limit }),
            ),
        ] as const,
      ]),
]
const keyPrefix = freshName()

const CALL = { body: toolCall('deals_add', { a: 1, b: 2 }) }

if (stores.length > 0) {
  it.each(stores)('counts the calls of all nodes together, in %s', async (_, limiters) => {
    const nodes = await Promise.all(limiters().map((rateLimit) => open({ rateLimit })))
    const statuses = []
    for (const node of [...nodes, ...nodes, ...nodes].slice(0, 5))
      statuses.push(await post(node.running, CALL))
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
    expect(Number(statuses[4]?.headers.get('retry-after'))).toBeGreaterThan(50)
  })
}

it('refuses while Redis is down: there is no second count', async () => {
  const { running, world } = await open({ rateLimit: createRedisRateLimiter({ redis: away, ...limit }) })
  const { status, json } = await post(running, CALL)
  expect([status, json.error?.data['code']]).toEqual([503, 'UNAVAILABLE'])
  expect(world.executions).toEqual([])
})

it('counts in one process without a shared limiter', async () => {
  const embedded = await openEmbedded()
  expect(() => createPostgresRateLimiter({ pool: embedded.pool, ...limit })).toThrow(/\{ points, seconds \}/)
  await embedded.close()
})
