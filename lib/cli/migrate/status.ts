/** Says which migrations a database has, as `allv-mcp migrate --status` does. */

import { appliedMigrations } from '../../postgres/database/applied-migrations.js'
import type { Database } from '../../postgres/database/database.js'
import { MIGRATIONS } from '../../postgres/database/migrations.js'

/** Numbers of migrations. */
export interface MigrationStatus {
  /** The last one of this version of the package. */
  readonly latest: number
  readonly applied: readonly number[]
  /** Those of this version that the database lacks. */
  readonly missing: readonly number[]
}

export async function readStatus(database: Database): Promise<MigrationStatus> {
  const applied = await appliedMigrations(database)
  const numbers = MIGRATIONS.map(({ number }) => number)
  return {
    latest: numbers.at(-1) ?? 0,
    applied,
    missing: numbers.filter((number) => !applied.includes(number)),
  }
}

/** One sentence for people. */
export function describeStatus({ latest, applied, missing }: MigrationStatus): string {
  const at = applied.at(-1) ?? 0
  if (missing.length > 0)
    return at === 0
      ? `The database has no tables of allv-mcp; migrations 1 to ${latest} are missing.`
      : `The database is at migration ${at}; missing: ${missing.join(', ')}.`
  return at > latest
    ? `The database is at migration ${at}, which is newer than this version of allv-mcp (${latest}). It is left as it is.`
    : `The database is up to date, at migration ${latest}.`
}
