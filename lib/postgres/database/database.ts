/** One small interface for a `pg` Pool and PGlite, with the schema of all statements. */

import { isRecord } from '../../foundation/json/guards.js'
import { isPromise } from '../../foundation/json/host-values.js'
import { retried } from './failures.js'
import type { AnyPostgres, EmbeddedPostgres, PostgresClient, PostgresPool, Rows } from './pool.js'

/**
 * Runs one statement that gives rows with one JSON text column named `row`, and parses them. Rows are JSON because hosts may have changed the
 * drivers' type parsers. The type of a row is not checked: only this library writes these tables.
 */
export type Query = <T>(text: string, values?: readonly Value[]) => Promise<readonly T[]>

/** A value of a statement. */
export type Value = string | number | boolean | null | readonly (string | number | boolean | null)[]

/** A database with its schema. */
export interface Database {
  /** The schema name, quoted and with a dot, to put before a table name. */
  readonly schemaPrefix: string
  /** The schema name. */
  readonly schema: string
  /** The host's pool or PGlite database. */
  readonly pool: AnyPostgres
  /** Runs one statement in its own transaction. It runs again after a serialization failure or a deadlock. */
  readonly query: Query
  /** Runs `body` in one transaction. `body` may run more than once, so it does nothing but run statements. */
  transaction<T>(body: (query: Query) => Promise<T>): Promise<T>
}

/** Which database, and which schema in it. */
export interface DatabaseOptions {
  /** A `pg` Pool, or a PGlite database. */
  readonly pool: AnyPostgres
  /** Where the tables are. Lower-case letters, digits and underscores, at most 40. Default `allv_mcp`. */
  readonly schema?: string
}

/** Throws a TypeError unless `options` is an object. */
export function assertOptions(options: unknown, what: string, shape: string): void {
  if (!isRecord(options)) throw new TypeError(`${what} needs an object: ${what}(${shape})`)
}

function assertPool(pool: unknown): void {
  const found = isPromise(pool)
    ? '; this is a promise, so await it first'
    : typeof pool === 'string'
      ? '; this is a text, so pass new Pool({ connectionString })'
      : isRecord(pool) && 'connectionParameters' in pool
        ? '; this is a Client, which serves one statement at a time'
        : ''
  if (!isRecord(pool) || found !== '' || typeof pool['query'] !== 'function')
    throw new TypeError(`option pool must be a Pool of pg or a PGlite database${found}`)
}

/** Throws a TypeError for options that cannot work. */
export function openDatabase(options: DatabaseOptions): Database {
  assertOptions(options, 'this function of allv-mcp/postgres', '{ pool, … }')
  const { pool, schema = 'allv_mcp' } = options
  assertPool(pool)
  if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,39}$/.test(schema))
    throw new TypeError(
      'option schema must be 1 to 40 lower-case letters, digits and underscores, and begin with no digit',
    )
  const query = reading((text, values) => pool.query(text, values))
  const transaction = isEmbedded(pool) ? embeddedTransaction(pool) : pooledTransaction(pool)
  return {
    schemaPrefix: `"${schema}".`,
    schema,
    pool,
    query: (text, values) => retried(() => query(text, values)),
    transaction: (body) => retried(() => transaction(body)),
  }
}

/** Whether the database is PGlite. */
export function isEmbedded(pool: AnyPostgres): pool is EmbeddedPostgres {
  return !('connect' in pool)
}

function reading(run: (text: string, values?: unknown[]) => Promise<Rows>): Query {
  return async (text, values = []) => {
    const { rows } = await run(text, [...values])
    return rows.map((row) => JSON.parse(textOf(row)))
  }
}

function textOf(row: unknown): string {
  if (typeof row === 'object' && row !== null && 'row' in row && typeof row.row === 'string') return row.row
  throw new TypeError('a statement gave no column named row')
}

type Transaction = Database['transaction']

function embeddedTransaction(pool: EmbeddedPostgres): Transaction {
  return (body) => pool.transaction((tx) => body(reading((text, values) => tx.query(text, values))))
}

/** Uses read committed, whatever the host's default is: statements after a lock must see what was committed before the lock was acquired. */
function pooledTransaction(pool: PostgresPool): Transaction {
  return async (body) => {
    const client = await pool.connect()
    // Without a listener, an error of a client that is out of the pool ends the process. The statement that was interrupted rejects.
    const ignore = () => {}
    client.on('error', ignore)
    try {
      await client.query('begin isolation level read committed')
      const result = await body(reading((text, values) => client.query(text, values)))
      await client.query('commit')
      client.removeListener('error', ignore)
      client.release()
      return result
    } catch (error) {
      await rollBack(client, ignore)
      throw error
    }
  }
}

/** Rolls back. A connection that cannot do so is not used again. */
async function rollBack(client: PostgresClient, ignore: () => void): Promise<void> {
  const broken = await client.query('rollback').then(
    () => false,
    () => true,
  )
  if (!broken) client.removeListener('error', ignore)
  client.release(broken)
}
