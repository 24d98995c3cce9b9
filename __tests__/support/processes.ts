/** Real processes: what is built runs as users run it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

export type Environment = Readonly<Record<string, string>>

/** No node options of the test runner, and nothing of where a developer keeps data. */
export function start(file: string, env: Environment, args: readonly string[] = []): ChildProcess {
  const clean = { ...process.env, NODE_OPTIONS: '', DATABASE_URL: '', REDIS_URL: '' }
  return spawn(process.execPath, [file, ...args], { env: { ...clean, ...env } })
}

export async function stopped(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill(signal)
  return ended
}

export function run(
  file: string,
  env: Environment,
  args: readonly string[] = [],
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = start(file, env, args)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('close', (code) => resolve({ code, output }))
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

export async function answered(healthz: string): Promise<void> {
  // Making a PGlite takes its time, the more so on a machine that is busy.
  for (let i = 0; i < 1000; i += 1) {
    if (
      await fetch(healthz).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the example host did not start')
}
