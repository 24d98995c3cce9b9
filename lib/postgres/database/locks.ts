/** Advisory locks on names, held until their transaction ends. They need no table and no row. */

import type { Query } from './database.js'

/** Comes before every name, so that these locks are no others of the same database. */
export const LOCK_PREFIX = 'allv-mcp '

/** Waits for the lock on a name. Two names with the same hash share a lock, which is rare and only makes one wait for the other. */
export async function lockExclusively(query: Query, name: string): Promise<void> {
  await query(
    `select coalesce(nullif(pg_advisory_xact_lock(hashtextextended($1::text, 0))::text, ''), 'null') as row`,
    [LOCK_PREFIX + name],
  )
}
