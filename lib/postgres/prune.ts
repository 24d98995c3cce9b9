/** Retention: removes what is older than the host wants to keep, and nothing that is still promised. */

import { nearestStorableTime } from '../adapter-kit/storable.js'
import { LIVE } from './approvals/rows.js'
import { assertOptions, type Database, type DatabaseOptions, openDatabase } from './database/database.js'

/** Which database, and what to remove. */
export interface PruneOptions extends DatabaseOptions {
  /** By kind; what is left out is kept. Ages go by the clock of the database. */
  readonly before: {
    /** Idempotency keys are remembered for a day, and as long as an approval of theirs still answers calls. */
    readonly runs?: Date
    /** Approvals that still answer calls stay. */
    readonly approvals?: Date
    /** Audit events that were recorded before this time. */
    readonly audit?: Date
    /** Of an entry that is there, its present revision stays. */
    readonly memoryHistory?: Date
  }
}

/** How many rows of each kind are gone. */
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

/** Rows that go in one statement, so that nobody waits long for their locks. */
const AT_ONCE = 2000

/** Any number of nodes may do this, at any time. */
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
 * Its lease is over too: nobody will end it any more, or they are a day late. `ended_at` is of a node's clock, which may be an hour slow;
 * the rest is the database's.
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
