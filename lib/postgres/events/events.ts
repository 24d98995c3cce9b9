/** Carries events between nodes over LISTEN and NOTIFY, without another service. */

import { readBusEvent } from '../../adapter-kit/bus-events.js'
import { failureListener } from '../../adapter-kit/failure-listener.js'
import { assertKnownOptions } from '../../adapter-kit/known-options.js'
import { createListenerSet } from '../../adapter-kit/listener-set.js'
import type { NodeEvents } from '../../adapter-kit/node-events.js'
import type { BusEvent } from '../../adapters/events.js'
import { assertOptions, type DatabaseOptions, isEmbedded, openDatabase } from '../database/database.js'
import type { AnyPostgres } from '../database/pool.js'
import { type Listening, startListening } from './listening.js'
import { createAssembly, toParts } from './notify-parts.js'

/** Options of `createPostgresEvents`. */
export interface PostgresEventsOptions extends DatabaseOptions {
  /**
   * Provides the connection for LISTEN. Default: `pool`, which then has one connection less. Needed if `pool` goes through a pooler such as
   * PgBouncer, or has only one connection.
   */
  readonly listenPool?: AnyPostgres
  /**
   * Gets lost connections and errors that listeners throw. `false`: they are not reported. Default: one line on standard error for each, without
   * text that looks like a key or a password.
   */
  readonly onError?: false | ((error: unknown) => void)
}

const KNOWN = {
  pool: true,
  schema: true,
  listenPool: true,
  onError: true,
} as const satisfies Record<keyof Required<PostgresEventsOptions>, true>

/**
 * Makes an events adapter. Delivery is at most once, in the order of commits. An event that is published while a node's connection is down does not
 * reach that node. When the connection is back, `onGap` is called, and waits for approvals read them again. It connects with the first subscription
 * and stays connected until `close`.
 *
 * @example
 * const events = createPostgresEvents({ pool, listenPool: new Pool({ host: 'postgres', port: 5432 }) })
 * const stores = createPostgresAdapters({ pool, events })
 */
export function createPostgresEvents(given: PostgresEventsOptions): NodeEvents {
  assertOptions(given, 'createPostgresEvents', '{ pool }')
  assertKnownOptions(given, Object.keys(KNOWN), 'createPostgresEvents')
  const { listenPool, onError: told, ...options } = given
  const onError = failureListener(told, 'postgres')
  const database = openDatabase(options)
  const pool = listenPool ?? options.pool
  assertRoom(pool)
  const channel = `${database.schema}_events`
  const listeners = createListenerSet<[BusEvent]>(onError)
  const gaps = createListenerSet<[]>(onError)
  const assemble = createAssembly()
  const hear = (payload: string) => {
    const text = assemble(payload)
    const event = text === null ? null : readBusEvent(text)
    if (event !== null) listeners.publish(event)
  }
  let listening: Listening | null = null
  let closed = false
  return {
    async publish(event) {
      await database.query(
        `select coalesce(nullif(max(pg_notify($1, part)::text), ''), 'null') as row
         from unnest($2::text[]) with ordinality as given(part, place)`,
        [channel, toParts(event)],
      )
    },
    subscribe(listener) {
      if (!closed) listening ??= startListening({ pool, channel, hear, gap: () => gaps.publish(), onError })
      return listeners.add(listener)
    },
    onGap: (listener) => gaps.add(listener),
    ready: async () => listening?.ready(),
    async close() {
      closed = true
      await listening?.close()
      listening = null
    },
  }
}

function assertRoom(pool: AnyPostgres): void {
  const max = isEmbedded(pool) ? undefined : pool.options?.max
  if (max !== undefined && max < 2)
    throw new TypeError('one connection is kept for LISTEN: give the pool at least two, or pass listenPool')
}
