/** The database: PGlite, which is PostgreSQL inside this process, kept in a folder. For more than one process, use a Pool of pg. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { migrate } from 'allv-mcp/postgres'
import { createOrdersTable } from './orders.js'

export interface Database {
  readonly pool: PGlite
  close(): Promise<void>
}

export async function openDatabase(folder: string): Promise<Database> {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 })
  const unlock = lock(`${folder}.lock`)
  const pool = await PGlite.create(folder)
  await migrate({ pool })
  await createOrdersTable(pool)
  return {
    pool,
    async close() {
      await pool.close()
      unlock()
    },
  }
}

/** Two processes in one folder would damage its files. `allv-mcp keys` and `allv-mcp migrate` respect the same lock. */
function lock(file: string): () => void {
  const holder = readHolder(file)
  if (holder !== null && isAlive(holder))
    throw new Error(`process ${holder} uses the database; stop it, or set DATA_FOLDER to another folder`)
  // A lock that came after the look at it is that of another process: it stays, and the next line throws.
  if (holder !== null) rmSync(file, { force: true })
  writeFileSync(file, String(process.pid), { flag: 'wx' })
  return () => rmSync(file, { force: true })
}

function readHolder(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8')) || null
  } catch {
    return null
  }
}

/** In a container, every start has the same id. */
function isAlive(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0)
  } catch (error) {
    // A process of another user may not be asked, and is alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
