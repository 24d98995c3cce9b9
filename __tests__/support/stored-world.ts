/** A world with runs, audit log and approvals in PostgreSQL. Several of them are nodes of one app. */

import type { ApprovalsAdapter } from 'allv-mcp'
import {
  createPostgresAdapters,
  type NodeEvents,
  type PostgresAdapters,
  type PostgresPool,
} from 'allv-mcp/postgres'
import { createWorld, type World, type WorldOptions } from './world.js'

export interface StoredWorld {
  readonly world: World
  readonly stores: PostgresAdapters
}

export interface StoredOptions extends WorldOptions {
  readonly pool: PostgresPool
  readonly schema?: string
  readonly events?: NodeEvents
  readonly writeTimeoutMs?: number
  /** Where an approval is decided. Default: nowhere. */
  readonly url?: ApprovalsAdapter['url']
}

export function createStoredWorld({
  pool,
  schema,
  events,
  writeTimeoutMs,
  url,
  ...options
}: StoredOptions): StoredWorld {
  const made: PostgresAdapters[] = []
  const world = createWorld({
    rateLimit: false,
    ...options,
    adapt: () => {
      const stores = createPostgresAdapters({
        pool,
        ...(schema === undefined ? {} : { schema }),
        ...(events === undefined ? {} : { events }),
        ...(url === undefined ? {} : { url }),
        ...(writeTimeoutMs === undefined ? {} : { writeTimeoutMs }),
      })
      made.push(stores)
      return { approvals: stores.approvals, runs: stores.runs, audit: stores.audit, events: stores.events }
    },
  })
  const [stores] = made
  if (stores === undefined) throw new Error('no stores')
  return { world, stores }
}
