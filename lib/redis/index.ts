/** `allv-mcp/redis`: events between nodes and one rate limit for all of them, on a Redis that the host has anyway. */

export type { NodeEvents } from '../adapter-kit/node-events.js'
export type { RedisClient, RedisSubscriber } from './client.js'
export { createRedisEvents, type RedisEventsOptions } from './events.js'
export { createRedisRateLimiter, type RedisRateLimiterOptions } from './rate-limiter.js'
