/** What a failed statement means: try again, blame one row, or give up. https://www.postgresql.org/docs/current/errcodes-appendix.html */

import { isRecord } from '../../foundation/json/guards.js'

/** Serialization failure, deadlock: the statement was undone as a whole, and may well succeed now. */
const AGAIN = new Set(['40001', '40P01'])

/** Data that the database refuses: 22 data exception, 23 constraint. Everything else concerns the statement or the connection. */
const REFUSED_DATA = /^2[23]/

export const UNIQUE_VIOLATION = '23505'

export function sqlState(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null
}

export function isRefusedData(error: unknown): boolean {
  return REFUSED_DATA.test(sqlState(error) ?? '')
}

/** Undefined table, undefined column, invalid schema name: what the library's own statements name is not there. */
const NOT_MIGRATED = new Set(['42P01', '42703', '3F000'])

/** What the host has to do about an error, in its message; the error itself where there is nothing to add. */
export function explained(error: unknown): unknown {
  if (!NOT_MIGRATED.has(sqlState(error) ?? '')) return error
  return new Error(
    `the tables of allv-mcp are missing or of an older version (${messageOf(error)}); run await migrate({ pool, schema }) of allv-mcp/postgres first, with the same pool and schema`,
    { cause: error },
  )
}

/** A database that cannot be reached, or that lets nobody in: no statement has run. */
const NO_CONNECTION =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENET|ENOENT|EACCES|28|08|3D000|53300|57P03)/

/** The same for what happens while a host starts: where it connects to is a setting of its own. */
export function explainedAtStart(error: unknown): unknown {
  const code = sqlState(error) ?? ''
  const cannot = NO_CONNECTION.test(code) || /SASL|password|ssl|SSL|timeout|terminated/.test(messageOf(error))
  if (!cannot) return explained(error)
  return new Error(
    `cannot connect to PostgreSQL (${messageOf(error) || code}); check where option pool connects to, such as DATABASE_URL, and that the database runs there`,
    { cause: error },
  )
}

/** Node.js tries several addresses of a host, and then has several errors and no message. */
function messageOf(error: unknown): string {
  if (!isRecord(error)) return String(error)
  const { message, errors } = error
  if (message === '' && Array.isArray(errors)) return errors.map((one: unknown) => messageOf(one)).join(', ')
  return String(message)
}

const TRIES = 6

/** Runs what PostgreSQL undid to keep order once more, and again, with growing pauses of random length. */
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
