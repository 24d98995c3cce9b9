/** Opens the database that a command line names, and closes it after use. Failures become sentences with an exit code. */

import { type Database, openDatabase } from '../../postgres/database/database.js'
import { isNotMigrated, isUnreachable, reasonOf, sqlState } from '../../postgres/database/failures.js'
import type { ExitCode, Terminal } from './command.js'
import type { Connection } from './connection.js'
import { RefusedError, UnreachableError, UsageError } from './failures.js'
import { openFolder } from './open-folder.js'
import { openServer } from './open-server.js'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const INSUFFICIENT_PRIVILEGE = '42501'

/** The options that name a database, for readArguments. */
export const DATABASE_OPTIONS = {
  'database-url-env': { type: 'string' },
  pglite: { type: 'string' },
  schema: { type: 'string' },
} as const

/** What `--help` says of them. */
export const DATABASE_HELP = `The database:
  --database-url-env NAME  the environment variable with its address (default: DATABASE_URL)
  --pglite FOLDER          a folder of PGlite in place of a server. Stop the app first: only one process may use it
  --schema NAME            the schema of the tables (default: allv_mcp)
`

/** The values of DATABASE_OPTIONS. */
export interface DatabaseArguments {
  readonly 'database-url-env'?: string | undefined
  readonly pglite?: string | undefined
  readonly schema?: string | undefined
}

interface Use {
  readonly values: DatabaseArguments
  readonly terminal: Terminal
  /** Whether a PGlite database is made where there is none. */
  readonly create?: boolean
}

/** Gives what `act` gives. */
export async function withDatabase(
  { values, terminal, create = false }: Use,
  act: (database: Database) => Promise<ExitCode>,
): Promise<ExitCode> {
  const schema = schemaOf(values)
  const connection = await open(values, { terminal, create })
  try {
    await connection.pool.query('select 1')
    return await act(openDatabase({ pool: connection.pool, schema }))
  } catch (error) {
    throw inWords(error, connection, schema)
  } finally {
    await connection.close()
  }
}

/** The schema that `--schema` names. Throws a UsageError for a name that no schema of the library has. */
export function schemaOf({ schema = 'allv_mcp' }: DatabaseArguments): string {
  if (/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) return schema
  throw new UsageError(
    '--schema must be 1 to 40 lower-case letters, digits and underscores, and begin with no digit',
  )
}

function open(
  { 'database-url-env': variable, pglite }: DatabaseArguments,
  options: { readonly terminal: Terminal; readonly create: boolean },
): Promise<Connection> {
  if (pglite === undefined) return openServer(variable ?? 'DATABASE_URL', options.terminal)
  if (variable !== undefined) throw new UsageError('give --database-url-env or --pglite, not both')
  return openFolder(pglite, options)
}

function inWords(error: unknown, { place, check }: Connection, schema: string): unknown {
  if (error instanceof UsageError || error instanceof RefusedError) return error
  // What the stores have put into their words is for hosts.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (isUnreachable(cause))
    return new UnreachableError(`cannot connect to ${place} (${reasonOf(cause)}); ${check}`, { cause })
  if (isNotMigrated(cause))
    return new RefusedError(
      `the tables of allv-mcp are missing in schema ${schema} of ${place}, or of an older version; run allv-mcp migrate with the same options`,
      { cause },
    )
  const cure =
    sqlState(cause) === INSUFFICIENT_PRIVILEGE
      ? '; use a role that has this right, or let a database administrator run the SQL of allv-mcp migrate --print'
      : ''
  return new RefusedError(`${place} refused: ${reasonOf(cause)}${cure}`, { cause })
}
