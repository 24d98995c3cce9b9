/** One process at a time works in a folder: PGlite is a database in a process, and two of them would spoil its files. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Gives the way to unlock, or throws a sentence. What a process that was killed left does not count. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock')
  mkdirSync(folder, { recursive: true })
  const holder = readHolder(file)
  if (holder !== null && isAlive(holder))
    throw new Error(
      `process ${holder} works in ${folder}; stop it, or set ALLV_DEMO_FOLDER to another folder`,
    )
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

function isAlive(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0)
  } catch (error) {
    // A process of another user may not be asked, and is alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
