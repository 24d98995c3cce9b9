/** Makes all adapters on one PostgreSQL database, or on PGlite in this process. */

import { failureListener } from '../adapter-kit/failure-listener.js'
import { assertNoRule } from '../adapter-kit/no-rule.js'
import type { NodeEvents } from '../adapter-kit/node-events.js'
import type { ApprovalsAdapter } from '../adapters/approvals.js'
import type { EventsAdapter } from '../adapters/events.js'
import { createPostgresApiKeys, type PostgresApiKeys } from './api-keys.js'
import { createPostgresApprovals, type PostgresApprovals } from './approvals/approvals.js'
import { assertOptions, type DatabaseOptions, openDatabase } from './database/database.js'
import type { AnyPostgres } from './database/pool.js'
import { createPostgresEvents } from './events/events.js'
import { createPostgresMembers, type PostgresMembers } from './members.js'
import { createPostgresMemory, type PostgresMemory } from './memory/memory.js'
import { createPostgresAudit, type PostgresAudit } from './records/audit.js'
import { createJournal } from './records/journal.js'
import { createPostgresRuns, type PostgresRuns } from './records/runs.js'

/** Options of `createPostgresAdapters`. Unknown options are refused with a TypeError. */
export interface PostgresAdaptersOptions<E extends EventsAdapter = NodeEvents> extends DatabaseOptions {
  /** The page where an approval is decided. Default: none. */
  readonly url?: ApprovalsAdapter['url']
  /** The adapter that carries events between nodes, such as `createRedisEvents`. Default: LISTEN and NOTIFY of this database. */
  readonly events?: E
  /** Provides the connection for LISTEN: see `createPostgresEvents`. */
  readonly listenPool?: AnyPostgres
  /** Whether runs and audit events of concurrent calls share a commit. `false`: one statement for each. Default `true`. */
  readonly groupCommit?: boolean
  /** A write of runs and audit events fails when it takes longer. Milliseconds. Default 10 000. */
  readonly writeTimeoutMs?: number
  /**
   * Gets failures outside of a request: a lost LISTEN connection, a failed write of when a key was last used. `false`: they are not reported.
   * Default: one line on standard error for each, without text that looks like a key or a password.
   */
  readonly onError?: false | ((error: unknown) => void)
}

/**
 * The adapters on one database. Spread them into `adapters`, with the tools.
 *
 * @example
 * const stores: PostgresAdapters = createPostgresAdapters({ pool })
 * await stores.events.close()
 */
export interface PostgresAdapters<E extends EventsAdapter = NodeEvents> {
  /** API keys. */
  readonly apiKeys: PostgresApiKeys
  /** Members. */
  readonly members: PostgresMembers
  /** Memory, with its history. */
  readonly memory: PostgresMemory
  /** Approvals. */
  readonly approvals: PostgresApprovals
  /** Runs. */
  readonly runs: PostgresRuns
  /** The audit log. */
  readonly audit: PostgresAudit
  /** Its `close` releases the LISTEN connection: call it before the pool's `end`. */
  readonly events: E
}

const KNOWN = {
  pool: true,
  schema: true,
  url: true,
  events: true,
  listenPool: true,
  groupCommit: true,
  writeTimeoutMs: true,
  onError: true,
} as const satisfies Record<keyof Required<PostgresAdaptersOptions>, true>

/**
 * Makes the adapters. Run `migrate` first. The policy is not part of them: see `PolicyAdapter`. The clock of the database decides about expiry
 * and leases, so clocks of nodes may differ.
 *
 * @example
 * await migrate({ pool })
 * const stores = createPostgresAdapters({ pool, url: async ({ id }) => `https://app.example.com/approvals/${id}` })
 * app.use('/api', createAllvMcpRouter({ adapters: { ...stores, tools }, secret }))
 */
export function createPostgresAdapters(options: PostgresAdaptersOptions<NodeEvents>): PostgresAdapters
export function createPostgresAdapters<E extends EventsAdapter>(
  options: PostgresAdaptersOptions<E> & { readonly events: E },
): PostgresAdapters<E>
export function createPostgresAdapters(
  options: PostgresAdaptersOptions<EventsAdapter>,
): PostgresAdapters<EventsAdapter> {
  checkOptions(options)
  const { pool, schema, url, listenPool, groupCommit = true, writeTimeoutMs = 10_000 } = options
  const onError = failureListener(options.onError, 'postgres')
  const from = { pool, ...(schema === undefined ? {} : { schema }) }
  const database = openDatabase(from)
  const events =
    options.events ??
    createPostgresEvents({ ...from, ...(listenPool === undefined ? {} : { listenPool }), onError })
  const journal = createJournal(database, { groupCommit, limitMs: writeTimeoutMs })
  return {
    apiKeys: createPostgresApiKeys(database, onError),
    members: createPostgresMembers(database),
    memory: createPostgresMemory(database, events),
    approvals: createPostgresApprovals({ database, events, url, onError }),
    runs: createPostgresRuns(database, journal),
    audit: createPostgresAudit(database, journal),
    events,
  }
}

function checkOptions(options: PostgresAdaptersOptions<EventsAdapter>): void {
  assertOptions(options, 'createPostgresAdapters', '{ pool }')
  assertNoRule(options, 'createPostgresAdapters')
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, key))
      throw new TypeError(`unknown option "${key}"; the options are ${Object.keys(KNOWN).join(', ')}`)
  }
}
