/**
 * A project outside of the repository that has the packed package, and what hosts use with it, installed by npm. The first test file that needs it
 * installs it; the others, also those of another worker and of the next run, use it as long as the package is the same.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { digestOfPackage, pack, run } from './packed.js'

/** No pg and no ioredis: a host without them must be able to load every entry. */
const PACKAGES = [
  'express@5',
  'express4@npm:express@4',
  'zod@4',
  '@electric-sql/pglite',
  '@types/node@20',
  '@types/express@5',
  '@types/express4@npm:@types/express@4',
  'typescript-5.4@npm:typescript@~5.4.5',
  'typescript-5.9@npm:typescript@~5.9.3',
  'typescript@latest',
  'esbuild',
  'rollup',
  '@rollup/plugin-commonjs',
  '@rollup/plugin-json',
  '@rollup/plugin-node-resolve',
  'webpack',
]
const HOME = join(tmpdir(), 'allv-mcp-packed')

/** The folder with the packages. */
async function sharedProject(): Promise<string> {
  const folder = join(HOME, digestOfPackage())
  mkdirSync(HOME, { recursive: true })
  while (!existsSync(join(folder, 'node_modules'))) {
    if (claims(`${folder}.lock`)) await install(folder)
    else await delay(100)
  }
  return folder
}

/** Makes a folder with these files, from which the packages of the shared project resolve. */
export async function projectIn(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await sharedProject(), name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return folder
}

/** Whether this process is the one that installs. A lock of a process that is gone is no lock. */
function claims(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!isAlive(Number(readIfThere(lock)))) rmSync(lock, { force: true })
    return false
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8') || String(process.pid)
  } catch {
    return String(process.pid)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function install(folder: string): Promise<void> {
  try {
    for (const other of readdirSync(HOME))
      if (!folder.endsWith(other) && !other.endsWith('.lock'))
        rmSync(join(HOME, other), { recursive: true, force: true })
    const fresh = `${folder}.fresh`
    rmSync(fresh, { recursive: true, force: true })
    const { tarball } = await pack(fresh)
    writeFileSync(join(fresh, 'package.json'), '{"private":true}')
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', '--legacy-peer-deps']
    await run('npm', ['install', ...quiet, tarball, ...PACKAGES], fresh)
    renameSync(fresh, folder)
  } finally {
    rmSync(`${folder}.lock`, { force: true })
  }
}
