/** Where the app keeps its data: PGlite in a folder, or PostgreSQL where `DATABASE_URL` says. The same SQL for both. */

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { type AnyPostgres, migrate } from 'allv-mcp/postgres'
import pg from 'pg'
import { createSalesTables } from './sales-tables.js'

export interface Database {
  readonly pool: AnyPostgres
  /** In words, for people. */
  readonly place: string
  close(): Promise<void>
}

/** The library's tables, beside the app's own. */
export const MCP_SCHEMA = 'sales_mcp'

export interface DatabaseSettings {
  readonly url: string | null
  readonly folder: string
  /** Whether to begin anew, without what was kept. */
  readonly fresh: boolean
}

export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const database =
    settings.url === null ? await openFolder(settings) : await openServer(settings.url, settings)
  await prepare(database.pool)
  return database
}

/** Brings all tables up to date. Any number of nodes may do it at once. */
export async function prepare(pool: AnyPostgres): Promise<void> {
  await migrate({ pool, schema: MCP_SCHEMA })
  await createSalesTables(pool)
}

async function openFolder({ folder, fresh }: DatabaseSettings): Promise<Database> {
  const files = join(folder, 'pglite')
  if (fresh) rmSync(files, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const pool = await PGlite.create(files)
  return { pool, place: files, close: () => pool.close() }
}

async function openServer(url: string, { fresh }: Pick<DatabaseSettings, 'fresh'>): Promise<Database> {
  if (!/^postgres(ql)?:/.test(url) || !URL.canParse(url))
    throw new Error('DATABASE_URL must be an address such as postgres://user:password@127.0.0.1:5432/app')
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 5000 })
  // A connection that breaks while nobody uses it is replaced; without a listener it would end the process.
  pool.on('error', ({ message }) => console.error(`lost a connection to PostgreSQL: ${message}`))
  await pool.query('select 1').catch(({ message, code }: Error & { code?: string }) => {
    throw new Error(
      `cannot connect to PostgreSQL (${message || code}); check DATABASE_URL, and that the database runs there`,
    )
  })
  if (fresh) await pool.query(`drop schema if exists ${MCP_SCHEMA}, sales cascade`)
  const { host, pathname } = new URL(url)
  return { pool, place: `PostgreSQL at ${host}${pathname}`, close: () => pool.end() }
}
