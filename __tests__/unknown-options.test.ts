import { createPostgresEvents, createPostgresRateLimiter } from 'allv-mcp/postgres'
import { createRedisEvents, createRedisRateLimiter } from 'allv-mcp/redis'

/** A misspelt option has no effect, so it is refused at start-up. */

const pool = { query: async () => ({ rows: [] }), connect: async () => ({}), options: { max: 5 } }
const redis = { publish: async () => 0, duplicate: () => ({}) }

it.each<[string, (options: never) => unknown, object, string, string]>([
  [
    'createPostgresEvents',
    createPostgresEvents,
    { pool },
    'listenpool',
    'write listenPool; the options are pool, schema, listenPool, onError',
  ],
  [
    'createPostgresRateLimiter',
    createPostgresRateLimiter,
    { pool, points: 5, seconds: 60 },
    'shema',
    'write schema; the options are pool, schema, points, seconds',
  ],
  [
    'createRedisEvents',
    createRedisEvents,
    { redis },
    'chanel',
    'write channel; the options are redis, channel, onError',
  ],
  [
    'createRedisRateLimiter',
    createRedisRateLimiter,
    { redis, points: 5, seconds: 60 },
    'prefix',
    'the options are redis, points, seconds, keyPrefix',
  ],
])(
  'refuses an unknown option of %s, and names those that there are',
  (name, create, options, wrong, known) => {
    expect(() => create(options as never)).not.toThrow()
    expect(() => create({ ...options, [wrong]: 'acme' } as never)).toThrow(
      new TypeError(`unknown option "${wrong}" of ${name}; ${known}`),
    )
  },
)
