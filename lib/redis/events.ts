/** Carries events between nodes over Redis pub/sub. */

import { readBusEvent } from '../adapter-kit/bus-events.js'
import { failureListener } from '../adapter-kit/failure-listener.js'
import { assertKnownOptions } from '../adapter-kit/known-options.js'
import { createListenerSet } from '../adapter-kit/listener-set.js'
import type { NodeEvents } from '../adapter-kit/node-events.js'
import type { BusEvent } from '../adapters/events.js'
import { withTimeout } from '../foundation/async/timeout.js'
import { assertRedis, type RedisClient, type RedisSubscriber } from './client.js'

/** Options of `createRedisEvents`. */
export interface RedisEventsOptions {
  /** An `ioredis` client. It publishes; a duplicate of it subscribes. */
  readonly redis: RedisClient
  /** The channel. Default `allv-mcp:events`. Each of several apps on one Redis needs its own. */
  readonly channel?: string
  /**
   * Gets lost connections and errors that listeners throw. `false`: they are not reported. Default: one line on standard error for each, without
   * text that looks like a key or a password.
   */
  readonly onError?: false | ((error: unknown) => void)
}

const KNOWN = {
  redis: true,
  channel: true,
  onError: true,
} as const satisfies Record<keyof Required<RedisEventsOptions>, true>

/** The time limit of a publish: a late event is of no use. */
const PUBLISH_MS = 2000

/**
 * Makes an events adapter. Delivery is at most once, in the order of each publisher. An event that is published while a node's connection is down does
 * not reach that node. When the connection is back, `onGap` is called, and waits for approvals read them again. It connects with the first
 * subscription and stays connected until `close`.
 *
 * @example
 * const events = createRedisEvents({ redis, channel: 'acme:mcp-events' })
 * const stores = createPostgresAdapters({ pool, events })
 */
export function createRedisEvents(options: RedisEventsOptions): NodeEvents {
  assertRedis(options, 'createRedisEvents')
  assertKnownOptions(options, Object.keys(KNOWN), 'createRedisEvents')
  const { redis, channel = 'allv-mcp:events' } = options
  const onError = failureListener(options.onError, 'redis')
  const listeners = createListenerSet<[BusEvent]>(onError)
  const gaps = createListenerSet<[]>(onError)
  const hear = (text: string) => {
    const event = readBusEvent(text)
    if (event !== null) listeners.publish(event)
  }
  let subscription: Subscription | null = null
  let closed = false
  return {
    async publish(event) {
      await withTimeout(PUBLISH_MS, redis.publish(channel, JSON.stringify(event)), 'Redis did not publish')
    },
    subscribe(listener) {
      if (!closed)
        subscription ??= openSubscription({ redis, channel, hear, gap: () => gaps.publish(), onError })
      return listeners.add(listener)
    },
    onGap: (listener) => gaps.add(listener),
    ready: async () => subscription?.ready(),
    async close() {
      closed = true
      subscription?.close()
      subscription = null
    },
  }
}

interface Subscription {
  ready(): Promise<void>
  close(): void
}

interface SubscriptionOptions {
  readonly redis: RedisClient
  readonly channel: string
  readonly hear: (text: string) => void
  readonly gap: () => void
  readonly onError: (error: unknown) => void
}

const BEAT_MS = 10_000
const ANSWER_MS = 5000

/**
 * Subscribes with every new connection, which the client makes by itself. After a lost connection or a failure, events may have been missed, so
 * `gap` is called. The first attempt comes at once, because a client with `lazyConnect` connects only for a command.
 */
function openSubscription({ redis, channel, hear, gap, onError }: SubscriptionOptions): Subscription {
  const subscriber = redis.duplicate()
  let lost = false
  const fail = (error: unknown) => {
    lost = true
    onError(error)
  }
  const subscribe = async () => {
    await subscriber.subscribe(channel).catch(fail)
  }
  subscriber.on('error', fail)
  subscriber.on('message', (from, text) => {
    if (from === channel) hear(text)
  })
  let attempt = subscribe()
  let connections = 0
  subscriber.on('ready', () => {
    connections += 1
    const missed = lost || connections > 1
    lost = false
    attempt = subscribe().then(() => {
      if (missed) gap()
    })
  })
  const beats = setInterval(() => void beat(subscriber, fail), BEAT_MS).unref()
  return {
    ready: async () => attempt,
    close() {
      clearInterval(beats)
      subscriber.disconnect()
    },
  }
}

/** Pings the server, because a connection can be lost without an error. Without an answer the client connects again. */
async function beat(subscriber: RedisSubscriber, onError: (error: unknown) => void): Promise<void> {
  try {
    await withTimeout(ANSWER_MS, subscriber.ping(), 'Redis did not answer')
  } catch (error) {
    onError(error)
    subscriber.disconnect(true)
  }
}
