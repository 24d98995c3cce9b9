/** A rate limit for all nodes, counted in Redis. While Redis is down it refuses: there is no second count to fall back to. */

import RateLimiterRedis from 'rate-limiter-flexible/lib/RateLimiterRedis.js'
import { assertKnownOptions } from '../adapter-kit/known-options.js'
import { assertWindow } from '../adapter-kit/rate-window.js'
import type { RateLimiter } from '../adapters/rate-limiter.js'
import { withTimeout } from '../foundation/async/timeout.js'
import { assertRedis } from './client.js'

/** Options of `createRedisRateLimiter`. */
export interface RedisRateLimiterOptions {
  /** An `ioredis` client. */
  readonly redis: object
  /** How many points a key and member have in each window. */
  readonly points: number
  /** How long a window lasts, in seconds. */
  readonly seconds: number
  /** The prefix of keys in Redis. Default `allv-mcp`. Each of several apps on one Redis needs its own. */
  readonly keyPrefix?: string
}

const KNOWN = {
  redis: true,
  points: true,
  seconds: true,
  keyPrefix: true,
} as const satisfies Record<keyof Required<RedisRateLimiterOptions>, true>

/** After this time without an answer the limiter counts as down. */
const ANSWER_MS = 2000

/**
 * Makes a limiter for the option `rateLimit`.
 *
 * @example
 * const rateLimit = createRedisRateLimiter({ redis, points: 600, seconds: 60 })
 * app.use('/api', createAllvMcpRouter({ adapters, secret, rateLimit }))
 */
export function createRedisRateLimiter(options: RedisRateLimiterOptions): RateLimiter {
  assertRedis(options, 'createRedisRateLimiter')
  assertKnownOptions(options, Object.keys(KNOWN), 'createRedisRateLimiter')
  const { redis, points, seconds, keyPrefix = 'allv-mcp' } = options
  assertWindow({ points, seconds }, 'createRedisRateLimiter')
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    rejectIfRedisNotReady: true,
    keyPrefix,
    points,
    duration: seconds,
  })
  return {
    points,
    consume: (key, cost) => withTimeout(ANSWER_MS, limiter.consume(key, cost), 'Redis did not count'),
  }
}
