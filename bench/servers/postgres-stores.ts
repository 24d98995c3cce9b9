/** Stores runs and audit events in PostgreSQL, in a schema of this process that is dropped at its end. */

import { randomBytes } from 'node:crypto'
import { createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import pg from 'pg'
import type { Stores } from './store-types.js'

const URL = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
/** Connections of the pool. The same for both ways of writing, and enough for concurrent statements. */
const CONNECTIONS = 20

export async function postgresStores(groupCommit: boolean): Promise<Stores> {
  const pool = new pg.Pool({ connectionString: URL, max: CONNECTIONS })
  const schema = `bench_${randomBytes(6).toString('hex')}`
  await migrate({ pool, schema })
  const { runs, audit } = createPostgresAdapters({
    pool,
    schema,
    groupCommit,
  })
  return {
    runs,
    audit,
    async reset() {
      await pool.query(`truncate "${schema}".runs, "${schema}".audit_events`)
    },
    async close() {
      await pool.query(`drop schema "${schema}" cascade`)
      await pool.end()
    },
  }
}
