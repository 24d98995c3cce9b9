/** What the library needs of an `ioredis` client. Hosts bring their own. */

import { isRecord } from '../foundation/json/guards.js'
import { isPromise } from '../foundation/json/host-values.js'

export interface RedisClient {
  publish(channel: string, message: string): Promise<number>
  /** A client with the same options, for a connection of its own. */
  duplicate(): RedisSubscriber
}

export interface RedisSubscriber {
  subscribe(channel: string): Promise<unknown>
  ping(): Promise<unknown>
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
  on(event: 'ready', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /** `true`: connects again. */
  disconnect(reconnect?: boolean): void
}

/** Throws a TypeError for options without a client. */
export function assertRedis(options: unknown, what: string): void {
  const redis = isRecord(options) ? options['redis'] : undefined
  if (!isRecord(redis) || isPromise(redis))
    throw new TypeError(`option redis of ${what} must be a client of ioredis, such as new Redis(url)`)
}
