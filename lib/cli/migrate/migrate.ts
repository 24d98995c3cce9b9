/** The command `allv-mcp migrate`: brings the tables up to date, says where they are, or prints the SQL. */

import { migrate as migrateDatabase } from '../../postgres/database/migrate.js'
import { MIGRATIONS } from '../../postgres/database/migrations.js'
import type { Command, ExitCode, Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { readArguments, wholeNumber } from '../kit/read-arguments.js'
import {
  DATABASE_HELP,
  DATABASE_OPTIONS,
  type DatabaseArguments,
  schemaOf,
  withDatabase,
} from '../kit/with-database.js'
import { migrationScript } from './migration-script.js'
import { describeStatus, readStatus } from './status.js'

const HELP = `Usage: allv-mcp migrate [--json]
       allv-mcp migrate --status [--json]
       allv-mcp migrate --print [--from N] [--role NAME] [--schema NAME]

Brings the tables of allv-mcp up to date, in one transaction. Nodes that start at once may all run it. Says so if there is nothing to do.

  --status     changes nothing, and says at which migration the database is. Exit code 1: some are missing
  --print      needs no database, and prints the SQL for psql, with the same result as migrate
  --from N     with --print: the last migration that the database has (default: 0, none)
  --role NAME  with --print: the role that shall own the tables (default: the one that runs the SQL)
  --json       one JSON object: applied, missing, latest

${DATABASE_HELP}`

const OPTIONS = {
  ...DATABASE_OPTIONS,
  status: { type: 'boolean' },
  print: { type: 'boolean' },
  from: { type: 'string' },
  role: { type: 'string' },
  json: { type: 'boolean' },
} as const

interface Values extends DatabaseArguments {
  readonly from?: string | undefined
  readonly role?: string | undefined
  readonly json?: boolean | undefined
}

export const migrate: Command = {
  help: HELP,
  async run(args, terminal) {
    const { status, print, ...values } = readArguments(args, OPTIONS).values
    if (status === true && print === true) throw new UsageError('give --status or --print, not both')
    if (print === true) return printScript(values, terminal)
    if (values.from !== undefined || values.role !== undefined)
      throw new UsageError('--from and --role go with --print')
    return status === true ? showStatus(values, terminal) : bringUpToDate(values, terminal)
  },
}

function printScript(values: Values, terminal: Terminal): ExitCode {
  const { 'database-url-env': variable, pglite, json, role = null } = values
  if (variable !== undefined || pglite !== undefined || json === true)
    throw new UsageError(
      '--print takes no database and no --json: it prints SQL for one that is at migration --from',
    )
  if (role === '') throw new UsageError('--role must not be empty')
  const latest = MIGRATIONS.at(-1)?.number ?? 0
  const from = wholeNumber('from', values.from, { least: 0, most: latest, fallback: 0 })
  terminal.out(migrationScript({ schema: schemaOf(values), from, role }))
  return 0
}

function showStatus(values: Values, terminal: Terminal): Promise<ExitCode> {
  return withDatabase({ values, terminal }, async (database) => {
    const status = await readStatus(database)
    terminal.out(
      values.json === true ? `${JSON.stringify(status, null, 2)}\n` : `${describeStatus(status)}\n`,
    )
    return status.missing.length === 0 ? 0 : 1
  })
}

function bringUpToDate(values: Values, terminal: Terminal): Promise<ExitCode> {
  return withDatabase({ values, terminal, create: true }, async (database) => {
    const { applied } = await migrateDatabase(database)
    const status = await readStatus(database)
    if (values.json === true)
      terminal.out(
        `${JSON.stringify({ applied, missing: status.missing, latest: status.latest }, null, 2)}\n`,
      )
    else
      terminal.out(
        applied.length === 0
          ? `${describeStatus(status)}\n`
          : `Applied ${applied.length === 1 ? 'migration' : 'migrations'} ${applied.join(', ')}. ${describeStatus(status)}\n`,
      )
    return 0
  })
}
