/** Locks of a name, held until their transaction ends. They need no table and no row. */

import type { Query } from './database.js'

/** One transaction at a time for one name; two names meet by chance only, and then just wait for each other. */
export async function lockExclusively(query: Query, name: string): Promise<void> {
  await query(
    `select coalesce(nullif(pg_advisory_xact_lock(hashtextextended('allv-mcp ' || $1::text, 0))::text, ''), 'null') as row`,
    [name],
  )
}
