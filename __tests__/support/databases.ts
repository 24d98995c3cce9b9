/** Databases for tests: PGlite always, PostgreSQL and Redis where they answer. What does not answer is skipped, and that is said loudly. */

import { writeSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { migrate } from 'allv-mcp/postgres'
import { Redis } from 'ioredis'
import pg from 'pg'

const DATABASE_URL = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** A schema of its own on a database that others use too. */
export interface TestDatabase {
  readonly name: string
  readonly schema: string
  readonly url: string
  /** Another pool on the same database: another node. */
  node(options?: pg.PoolConfig): pg.Pool
  close(): Promise<void>
}

/** PostgreSQL with a fresh, migrated schema, or `null` where none answers. */
export async function openPostgres(): Promise<TestDatabase | null> {
  const pools: pg.Pool[] = []
  const node = (options: pg.PoolConfig = {}) => {
    const pool = new pg.Pool({ connectionString: DATABASE_URL, connectionTimeoutMillis: 3000, ...options })
    pool.on('error', () => {})
    pools.push(pool)
    return pool
  }
  const first = node({ max: 1 })
  const schema = freshName()
  try {
    await migrate({ pool: first, schema })
  } catch (error) {
    await first.end()
    skipped('PostgreSQL', DATABASE_URL, error)
    return null
  }
  return {
    name: 'PostgreSQL',
    schema,
    url: DATABASE_URL,
    node,
    async close() {
      await first.query(`drop schema "${schema}" cascade`)
      await Promise.all(pools.map((pool) => (pool.ended ? null : pool.end())))
    },
  }
}

/** A whole database of its own, for apps that name their schemas themselves; `null` where no PostgreSQL answers. */
export async function createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> } | null> {
  const name = freshName()
  const admin = new pg.Pool({ connectionString: DATABASE_URL, connectionTimeoutMillis: 3000, max: 1 })
  try {
    await admin.query(`create database "${name}"`)
  } catch (error) {
    skipped('PostgreSQL', DATABASE_URL, error)
    await admin.end()
    return null
  }
  const url = new URL(DATABASE_URL)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async drop() {
      await admin.query(`drop database "${name}" with (force)`)
      await admin.end()
    },
  }
}

/** PGlite in memory, with migrated tables. */
export async function openEmbedded() {
  const pool = new PGlite()
  const schema = freshName()
  await migrate({ pool, schema })
  return { pool, schema, close: () => pool.close() }
}

/** A URL of a Redis that answers, or `null`. */
export async function findRedis(): Promise<string | null> {
  const redis = new Redis(REDIS_URL, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    await redis.ping()
    return REDIS_URL
  } catch (error) {
    skipped('Redis', REDIS_URL, error)
    return null
  } finally {
    redis.disconnect()
  }
}

export function freshName(): string {
  return `allv_test_${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`
}

/** Straight to the terminal: test runners hold output back. */
function skipped(name: string, url: string, error: unknown): void {
  const { hostname, port } = new URL(url)
  writeSync(
    2,
    `\nSKIPPED: ${name} does not answer at ${hostname}:${port} (${String(error)}); its tests did not run\n\n`,
  )
}
