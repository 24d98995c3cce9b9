/** The statements of migrations for one schema: for `migrate`, which runs them, and for a script that a person runs. */

import type { Migration } from './migrations.js'

/** Creates the table that says which migrations have run. */
export function createMigrationsTable(schemaPrefix: string): string {
  return `create table if not exists ${schemaPrefix}migrations (number int primary key, name text not null, applied_at timestamptz not null)`
}

/** The statements of one migration, in order. */
export function statementsOf({ statements }: Migration, schemaPrefix: string): readonly string[] {
  return statements.map((statement) => statement.replaceAll('SCHEMA.', schemaPrefix))
}

/** The name of the advisory lock that only one migrating process has. */
export function migrationLock(schema: string): string {
  return `migrate ${schema}`
}
