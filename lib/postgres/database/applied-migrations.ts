/** Reads which migrations a database has, and changes nothing. */

import type { Database } from './database.js'

/** Their numbers, in order. None where the tables or the schema do not exist. */
export async function appliedMigrations({ schemaPrefix, query }: Database): Promise<readonly number[]> {
  const [exists] = await query<boolean>(`select (to_regclass($1) is not null)::text as row`, [
    `${schemaPrefix}migrations`,
  ])
  if (exists !== true) return []
  return query<number>(`select number::text as row from ${schemaPrefix}migrations order by number`)
}
