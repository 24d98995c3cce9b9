/** Retention: removes rows that are older than the host wants to keep, unless the library still needs them. */

import { nearestStorableTime } from '../adapter-kit/storable.js'
import { LIVE } from './approvals/rows.js'
import { assertOptions, type Database, type DatabaseOptions, openDatabase } from './database/database.js'

/** Which database, and what to remove. */
export interface PruneOptions extends DatabaseOptions {
  /** For each kind, rows older than this time are removed; kinds that are left out are kept. Ages use the clock of the database. */
  readonly before: {
    /** Runs. They stay for at least a day, for their idempotency keys, and while their approval still answers calls. */
    readonly runs?: Date
    /** Approvals. Those that still answer calls stay. */
    readonly approvals?: Date
    /** Audit events that were recorded before this time. */
    readonly audit?: Date
    /** Revisions of memory entries. The current revision of an entry stays. */
    readonly memoryHistory?: Date
  }
}

/** How many rows of each kind were removed. */
export interface Pruned {
  /** Runs. */
  readonly runs: number
  /** Approvals. */
  readonly approvals: number
  /** Audit events. */
  readonly audit: number
  /** Revisions of entries of memory. */
  readonly memoryHistory: number
}

/** Rows that one statement removes: few, so that other statements wait only shortly for their locks. */
const AT_ONCE = 2000

/**
 * Removes old rows. Any number of nodes may call it, at any time.
 *
 * @example
 * const old = new Date(Date.now() - 90 * 24 * 60 * 60_000)
 * const removed = await prune({ pool, before: { runs: old, approvals: old, memoryHistory: old } })
 */
export async function prune(given: PruneOptions): Promise<Pruned> {
  assertOptions(given, 'prune', '{ pool, before: { runs, approvals, audit } }')
  const { before, ...options } = given
  assertOptions(before, 'option before of prune', '{ runs, approvals, audit }')
  const database = openDatabase(options)
  const { schemaPrefix } = database
  const removed = (table: string, age: string, rest: string, date: Date | undefined) =>
    date === undefined ? 0 : removeAll(database, { table: `${schemaPrefix}${table}`, age, rest, date })
  return {
    runs: await removed('runs', 'begun_at', runIsOver(schemaPrefix), before.runs),
    approvals: await removed('approvals', 'requested_at', `not (${LIVE})`, before.approvals),
    audit: await removed('audit_events', 'recorded_at', 'true', before.audit),
    memoryHistory: await removed(
      'memory_history',
      'changed_at',
      isFormer(schemaPrefix),
      before.memoryHistory,
    ),
  }
}

/**
 * A run counts as over when its lease ended a day ago too, because no node will end it then. `ended_at` is the time of a node's clock, which may be
 * an hour slow; the other times are the database's.
 */
function runIsOver(schemaPrefix: string): string {
  const live = `select 1 from ${schemaPrefix}approvals approval where approval.id = old.approval_id and ${LIVE}`
  return `begun_at < statement_timestamp() - interval '1 day' and lease_ends_at < statement_timestamp() - interval '1 day'
    and coalesce(ended_at, begun_at) < statement_timestamp() - interval '25 hours' and not exists (${live})`
}

function isFormer(schemaPrefix: string): string {
  return `not exists (select 1 from ${schemaPrefix}memory_entries entry where entry.workspace_id = old.workspace_id
    and entry.key = old.key and entry.revision = old.revision)`
}

async function removeAll(
  { query }: Database,
  { table, age, rest, date }: { table: string; age: string; rest: string; date: Date },
): Promise<number> {
  let removed = 0
  for (;;) {
    const gone = await query(
      `delete from ${table} where ctid in (
         select old.ctid from ${table} old where ${age} < $1::timestamptz and ${rest} limit ${AT_ONCE} for update skip locked)
       returning 'true' as row`,
      [nearestStorableTime('before', date).toISOString()],
    )
    removed += gone.length
    if (gone.length < AT_ONCE) return removed
  }
}
