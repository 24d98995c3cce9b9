/** Writes the migrations as one script for psql, for a person who may change the database where the app may not. */

import { LOCK_PREFIX } from '../../postgres/database/locks.js'
import {
  createMigrationsTable,
  migrationLock,
  statementsOf,
} from '../../postgres/database/migration-statements.js'
import { MIGRATIONS } from '../../postgres/database/migrations.js'

interface Script {
  readonly schema: string
  /** The number of the last migration that the database has. 0: none. */
  readonly from: number
  /** The role that owns what is made. `null`: the one that runs the script. */
  readonly role: string | null
}

/** One transaction that does what `migrate` does. It fails and changes nothing where the database is not at `from`. */
export function migrationScript({ schema, from, role }: Script): string {
  const missing = MIGRATIONS.filter(({ number }) => number > from)
  const last = MIGRATIONS.at(-1)?.number ?? 0
  if (missing.length === 0)
    return `-- allv-mcp, schema ${schema}: migration ${from} is the last. There is nothing to do.\n`
  const prefix = `"${schema}".`
  const statements = [
    'begin isolation level read committed',
    ...(role === null ? [] : [`set local role ${identifier(role)}`]),
    `select pg_advisory_xact_lock(hashtextextended(${literal(LOCK_PREFIX + migrationLock(schema))}, 0))`,
    ...(from === 0 ? [createSchema(schema), createMigrationsTable(prefix)] : []),
    checkBefore(prefix, from),
    ...missing.flatMap((migration) => [
      ...statementsOf(migration, prefix),
      `insert into ${prefix}migrations (number, name, applied_at) values (${migration.number}, ${literal(migration.name)}, statement_timestamp())`,
    ]),
    'commit',
  ]
  const which = missing.length === 1 ? `migration ${last}` : `migrations ${from + 1} to ${last}`
  return `-- allv-mcp, schema ${schema}: ${which}, in one transaction.
-- psql -v ON_ERROR_STOP=1 -f FILE
${statements.map((statement) => `${statement};\n`).join('\n')}`
}

function createSchema(schema: string): string {
  return `do $allv$ begin
  if not exists (select from pg_namespace where nspname = ${literal(schema)}) then
    create schema "${schema}";
  end if;
end $allv$`
}

function checkBefore(prefix: string, from: number): string {
  const expected = MIGRATIONS.filter(({ number }) => number <= from).map(({ number }) => number)
  return `do $allv$ declare
  done int[] := (select coalesce(array_agg(number order by number), '{}') from ${prefix}migrations);
begin
  if done <> '{${expected.join(',')}}'::int[] then
    raise exception 'this script is for a database at migration ${from}; this one has %', done
      using hint = 'allv-mcp migrate --status says where it is, and allv-mcp migrate --print --from N begins there';
  end if;
end $allv$`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
