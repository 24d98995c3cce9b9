/** `allv-mcp/redis`: events between nodes, and a rate limit for all nodes, on the host's Redis. */

export type { NodeEvents } from '../adapter-kit/node-events.js'
export type { RedisClient, RedisSubscriber } from './client.js'
export { createRedisEvents, type RedisEventsOptions } from './events.js'
export { createRedisRateLimiter, type RedisRateLimiterOptions } from './rate-limiter.js'
