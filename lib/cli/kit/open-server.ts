/** Opens the PostgreSQL server whose address is in an environment variable. Its address is printed nowhere, because it has a password. */

import { isRecord } from '../../foundation/json/guards.js'
import type { PostgresPool } from '../../postgres/database/pool.js'
import type { Terminal } from './command.js'
import type { Connection } from './connection.js'
import { UsageError } from './failures.js'
import { loadDriver, PG } from './load-driver.js'

interface Pool extends PostgresPool {
  on(event: 'error', listener: () => void): unknown
  end(): Promise<void>
}

const CONNECT_MS = 5000

/** @param variable the name of the environment variable */
export async function openServer(variable: string, terminal: Terminal): Promise<Connection> {
  const connectionString = readAddress(variable, terminal)
  const Pool = await loadDriver(PG, 'Pool', terminal.cwd)
  const pool = construct(Pool, { connectionString, connectionTimeoutMillis: CONNECT_MS, max: 2 })
  if (!isPool(pool)) throw new UsageError('pg is not what was expected; run npm install pg@latest')
  // A connection that breaks while nothing uses it would end the process. The statement after it rejects.
  pool.on('error', () => {})
  return {
    pool,
    place: `the database of ${variable}`,
    check: `check the address in ${variable}, and that the database runs there`,
    close: () => pool.end(),
  }
}

function readAddress(variable: string, { env }: Terminal): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable))
    throw new UsageError(
      '--database-url-env takes the name of an environment variable, not the address itself',
    )
  const address = env[variable]
  if (address === undefined || address === '')
    throw new UsageError(
      `${variable} is not set; set it to the address of the database, name another variable with --database-url-env, or pass --pglite FOLDER`,
    )
  if (isAddress(address)) return address
  throw new UsageError(
    `${variable} is not an address such as postgres://USER@HOST:5432/DATABASE; percent-encode characters such as # / ? @ in a password`,
  )
}

/** A password with such a character would otherwise be read as a host or a path, which errors of the driver show. */
function isAddress(text: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return false
  const { hash, pathname, search } = new URL(text)
  return hash === '' && !`${pathname}${search}`.includes('@')
}

function construct(type: object, options: object): unknown {
  return typeof type === 'function' ? Reflect.construct(type, [options]) : null
}

function isPool(value: unknown): value is Pool {
  return (
    isRecord(value) && ['query', 'connect', 'on', 'end'].every((name) => typeof value[name] === 'function')
  )
}
