/** Lets one process at a time use a folder of PGlite: two of them would damage its files. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Writes this process' id to `FOLDER.lock`, as the app that `allv-mcp init` makes does. Gives the function that unlocks. A lock of a process that
 * is gone does not count. Throws an Error that names the process.
 */
export function lockFolder(folder: string): () => void {
  const file = `${folder}.lock`
  const holder = readHolder(file)
  if (holder !== null && isAlive(holder))
    throw new Error(`process ${holder} uses this PGlite folder; stop it first, since only one may at a time`)
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

/** In a container, every start of the app has the same id. */
function isAlive(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0)
  } catch (error) {
    // A process of another user may not be asked, and is alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
