/** A PostgreSQL and a Redis of a test's own, to be stopped and killed in mid-traffic. `null`, said loudly, where there are no programs for it. */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './processes.js'

export interface PrivateServer {
  readonly url: string
  /** Kills it, as a crash does. */
  crash(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

const POSTGRES = '/usr/lib/postgresql'

export async function privatePostgres(): Promise<PrivateServer | null> {
  const [version] = existsSync(POSTGRES) ? readdirSync(POSTGRES).sort().reverse() : []
  if (version === undefined) return missing(`no PostgreSQL programs in ${POSTGRES}`)
  const bin = join(POSTGRES, version, 'bin')
  const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-postgres-'))
  const data = join(folder, 'data')
  const port = await freePort()
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0
  const run = (command: string) =>
    isRoot
      ? execFileSync('su', ['postgres', '-c', command], { stdio: 'ignore' })
      : execFileSync('sh', ['-c', command], { stdio: 'ignore' })
  const start = async () =>
    void run(
      `${bin}/pg_ctl -D ${data} -l ${folder}/log -w -o "-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off" start`,
    )
  try {
    chmodSync(folder, 0o777)
    run(`${bin}/initdb -D ${data} -A trust -U postgres --no-sync`)
    await start()
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    return missing(`a PostgreSQL of our own does not start (${String(error)})`)
  }
  const stop = async () => void run(`${bin}/pg_ctl -D ${data} -m immediate -w stop`)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start,
    crash: stop,
    async remove() {
      await stop().catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function privateRedis(): Promise<PrivateServer | null> {
  const port = await freePort()
  const launch = async () => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const child = spawn('redis-server', args, { stdio: 'ignore' })
    await once(child, 'spawn')
    await listening(port)
    return child
  }
  const first = await launch().catch(() => null)
  if (first === null) return missing('no redis-server program')
  let child = first
  const crash = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    crash,
    async start() {
      child = await launch()
    },
    async remove() {
      if (child.exitCode === null && child.signalCode === null) await crash()
    },
  }
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on ${port}`)
}

function missing(why: string): null {
  writeSync(2, `\nSKIPPED: ${why}; tests of restarts did not run\n\n`)
  return null
}
