/** A rate limit for all nodes, counted in PostgreSQL. While the database is down it refuses: there is no second count to fall back to. */

import RateLimiterPostgres from 'rate-limiter-flexible/lib/RateLimiterPostgres.js'
import { assertKnownOptions } from '../adapter-kit/known-options.js'
import { assertWindow } from '../adapter-kit/rate-window.js'
import type { RateLimiter } from '../adapters/rate-limiter.js'
import { withTimeout } from '../foundation/async/timeout.js'
import { assertOptions, type DatabaseOptions, isEmbedded, openDatabase } from './database/database.js'
import { explained } from './database/failures.js'

/** Options of `createPostgresRateLimiter`. */
export interface PostgresRateLimiterOptions extends DatabaseOptions {
  /** How many points a key and member have in each window. */
  readonly points: number
  /** How long a window lasts, in seconds. */
  readonly seconds: number
}

const KNOWN = {
  pool: true,
  schema: true,
  points: true,
  seconds: true,
} as const satisfies Record<keyof Required<PostgresRateLimiterOptions>, true>

/** After this time without an answer the limiter counts as down. */
const ANSWER_MS = 5000

/**
 * Makes a limiter for the option `rateLimit`. Windows end by the clocks of the nodes, so they end at different times if the clocks differ.
 *
 * @example
 * const rateLimit = createPostgresRateLimiter({ pool, points: 600, seconds: 60 })
 * app.use('/api', createAllvMcpRouter({ adapters, secret, rateLimit }))
 */
export function createPostgresRateLimiter(given: PostgresRateLimiterOptions): RateLimiter {
  assertOptions(given, 'createPostgresRateLimiter', '{ pool, points, seconds }')
  assertKnownOptions(given, Object.keys(KNOWN), 'createPostgresRateLimiter')
  const { points, seconds, ...options } = given
  const { schema, pool } = openDatabase(options)
  if (isEmbedded(pool))
    throw new TypeError('PGlite serves one process, so give option rateLimit as { points, seconds }')
  assertWindow({ points, seconds }, 'createPostgresRateLimiter')
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    storeType: 'pool',
    schemaName: schema,
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: 'allv-mcp',
    points,
    duration: seconds,
  })
  return {
    points,
    consume: (key, cost) =>
      withTimeout(ANSWER_MS, counted(limiter.consume(key, cost)), 'the database did not count'),
  }
}

function counted<T>(counting: Promise<T>): Promise<T> {
  return counting.catch((error: unknown) => {
    throw explained(error)
  })
}
