/** Brings the tables up to date: each numbered migration once, all in one transaction, for any number of nodes that start at once. */

import { assertOptions, type Database, type DatabaseOptions, openDatabase, type Query } from './database.js'
import { explainedAtStart } from './failures.js'
import { lockExclusively } from './locks.js'
import { createMigrationsTable, migrationLock, statementsOf } from './migration-statements.js'
import { MIGRATIONS } from './migrations.js'

/** What `migrate` did. */
export interface Migrated {
  /** The numbers of the migrations that ran now. */
  readonly applied: readonly number[]
}

/**
 * Brings the tables up to date. Any number of nodes may call it at the same time: one works, the others wait and have nothing to do. A database
 * that is newer than this version is left as it is. The role needs the right to create the schema once, or a schema that it owns. If the database
 * cannot be reached, it rejects with an error that says what to check.
 *
 * @example
 * const { applied } = await migrate({ pool, schema: 'allv_mcp' })
 */
export async function migrate(options: DatabaseOptions): Promise<Migrated> {
  assertOptions(options, 'migrate', '{ pool }')
  const database = openDatabase(options)
  try {
    return await bringUpToDate(database)
  } catch (error) {
    throw explainedAtStart(error)
  }
}

function bringUpToDate(database: Database): Promise<Migrated> {
  return database.transaction(async (query) => {
    await lockExclusively(query, migrationLock(database.schema))
    await ensureSchema(database, query)
    const done = new Set(
      await query<number>(
        `select number::text as row from ${database.schemaPrefix}migrations order by number`,
      ),
    )
    const missing = MIGRATIONS.filter(({ number }) => !done.has(number))
    for (const migration of missing) {
      const { number, name } = migration
      for (const statement of statementsOf(migration, database.schemaPrefix)) await query(statement)
      await query(
        `insert into ${database.schemaPrefix}migrations (number, name, applied_at) values ($1::int, $2, statement_timestamp())`,
        [number, name],
      )
    }
    return { applied: missing.map(({ number }) => number) }
  })
}

/** Creates the schema only if it is missing: `create schema if not exists` needs rights that a role on an existing schema may not have. */
async function ensureSchema({ schemaPrefix, schema }: Database, query: Query): Promise<void> {
  const found = await query('select $1::text as row from pg_namespace where nspname = $2', ['true', schema])
  if (found.length === 0) await query(`create schema "${schema}"`)
  await query(createMigrationsTable(schemaPrefix))
}
