/** Opens a folder of PGlite, which is PostgreSQL in this process. */

import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isRecord } from '../../foundation/json/guards.js'
import type { EmbeddedPostgres } from '../../postgres/database/pool.js'
import type { Terminal } from './command.js'
import type { Connection } from './connection.js'
import { UsageError } from './failures.js'
import { loadDriver, PGLITE } from './load-driver.js'
import { lockFolder } from './lock-folder.js'

interface Embedded extends EmbeddedPostgres {
  close(): Promise<void>
}

/** @param create whether a new database is made where there is none */
export async function openFolder(
  path: string,
  { terminal, create }: { readonly terminal: Terminal; readonly create: boolean },
): Promise<Connection> {
  const folder = resolve(terminal.cwd, path)
  checkFolder(folder, create)
  const PGlite = await loadDriver(PGLITE, 'PGlite', terminal.cwd)
  mkdirSync(dirname(folder), { recursive: true })
  const unlock = lockFolder(folder)
  try {
    const pool = await openIn(PGlite, folder)
    const close = async () => {
      await pool.close()
      unlock()
    }
    return { pool, place: 'the PGlite folder', check: 'check the folder', close }
  } catch (error) {
    unlock()
    throw error
  }
}

async function openIn(PGlite: object, folder: string): Promise<Embedded> {
  const pool: unknown = typeof PGlite === 'function' ? Reflect.construct(PGlite, [folder]) : null
  if (!isEmbedded(pool))
    throw new UsageError('PGlite is too old; run npm install @electric-sql/pglite@latest')
  await pool.query('select 1')
  return pool
}

function checkFolder(folder: string, create: boolean): void {
  if (existsSync(folder) ? isDatabase(folder) : create) return
  if (create && statSync(folder).isDirectory() && readdirSync(folder).length === 0) return
  throw new UsageError(
    existsSync(folder)
      ? '--pglite names something that is not a folder of PGlite'
      : '--pglite names a folder that does not exist; allv-mcp migrate with the same option makes it',
  )
}

function isDatabase(folder: string): boolean {
  return existsSync(`${folder}/PG_VERSION`)
}

function isEmbedded(value: unknown): value is Embedded {
  return (
    isRecord(value) &&
    ['query', 'transaction', 'listen', 'close'].every((name) => typeof value[name] === 'function')
  )
}
