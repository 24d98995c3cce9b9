/** Classifies errors of statements: repeat, refused data, or a failure. https://www.postgresql.org/docs/current/errcodes-appendix.html */

import { isRecord } from '../../foundation/json/guards.js'

/** Serialization failure and deadlock: the statement was rolled back completely, and may succeed when it runs again. */
const AGAIN = new Set(['40001', '40P01'])

/** Data that the database refuses: 22 data exception, 23 constraint violation. Other codes concern the statement or the connection. */
const REFUSED_DATA = /^2[23]/

/** The SQLSTATE of a unique violation. */
export const UNIQUE_VIOLATION = '23505'
/** A row refers to one that is not there. */
export const FOREIGN_KEY_VIOLATION = '23503'

/** The SQLSTATE or system code of an error. `null`: it has none. */
export function sqlState(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null
}

/** Whether the database refused the data of the statement. */
export function isRefusedData(error: unknown): boolean {
  return REFUSED_DATA.test(sqlState(error) ?? '')
}

/** Undefined table, undefined column, invalid schema name: a table, column or schema of the library is missing. */
const NOT_MIGRATED = new Set(['42P01', '42703', '3F000'])

/** Whether a table, column or schema of the library is missing. */
export function isNotMigrated(error: unknown): boolean {
  return NOT_MIGRATED.has(sqlState(error) ?? '')
}

/** Gives an error whose message says what the host has to do, or the error itself where there is nothing to add. */
export function explained(error: unknown): unknown {
  if (!isNotMigrated(error)) return error
  return new Error(
    `the tables of allv-mcp are missing or of an older version (${messageOf(error)}); run await migrate({ pool, schema }) of allv-mcp/postgres first, with the same pool and schema`,
    { cause: error },
  )
}

/** The database cannot be reached or refuses the login: no statement has run. */
const NO_CONNECTION =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENET|ENOENT|EACCES|28|08|3D000|53300|57P03)/

/** Whether the database cannot be reached, or refuses the login. */
export function isUnreachable(error: unknown): boolean {
  const code = sqlState(error) ?? ''
  return NO_CONNECTION.test(code) || /SASL|password|ssl|SSL|timeout|terminated/.test(messageOf(error))
}

/** The message of an error, or its code where it has none. */
export function reasonOf(error: unknown): string {
  return messageOf(error) || (sqlState(error) ?? '')
}

/** As `explained`, for errors at start-up: it also says which setting to check when the database cannot be reached. */
export function explainedAtStart(error: unknown): unknown {
  if (!isUnreachable(error)) return explained(error)
  return new Error(
    `cannot connect to PostgreSQL (${reasonOf(error)}); check where option pool connects to, such as DATABASE_URL, and that the database runs there`,
    { cause: error },
  )
}

/** Node.js may try several addresses of a host name, and then gives an error with several errors and no message. */
function messageOf(error: unknown): string {
  if (!isRecord(error)) return String(error)
  const { message, errors } = error
  if (message === '' && Array.isArray(errors)) return errors.map((one: unknown) => messageOf(one)).join(', ')
  return String(message)
}

const TRIES = 6

/** Runs `act` again after a serialization failure or a deadlock, with growing random pauses. */
export async function retried<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act()
    } catch (error) {
      if (attempt === TRIES || !AGAIN.has(sqlState(error) ?? '')) throw explained(error)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * 2 ** attempt))
    }
  }
}
