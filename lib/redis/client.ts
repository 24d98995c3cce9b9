/** The parts of an `ioredis` client that the library uses. Hosts bring their own client. */

import { isRecord } from '../foundation/json/guards.js'
import { isPromise } from '../foundation/json/host-values.js'

/** An `ioredis` client that publishes. */
export interface RedisClient {
  /** Sends a message to all subscribers of a channel. */
  publish(channel: string, message: string): Promise<number>
  /** Makes a client with the same options and its own connection. */
  duplicate(): RedisSubscriber
}

/** An `ioredis` client that subscribes. */
export interface RedisSubscriber {
  /** Subscribes to a channel. `ioredis` repeats it after each new connection. */
  subscribe(channel: string): Promise<unknown>
  /** Resolves when the server answers. */
  ping(): Promise<unknown>
  /** Listens to messages of the subscribed channels. */
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
  /** Listens to the connection becoming usable. */
  on(event: 'ready', listener: () => void): unknown
  /** Listens to errors of the connection. */
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Closes the connection. `true`: connects again. */
  disconnect(reconnect?: boolean): void
}

/** Throws a TypeError for options without a client. */
export function assertRedis(options: unknown, what: string): void {
  const redis = isRecord(options) ? options['redis'] : undefined
  if (!isRecord(redis) || isPromise(redis))
    throw new TypeError(`option redis of ${what} must be a client of ioredis, such as new Redis(url)`)
}
