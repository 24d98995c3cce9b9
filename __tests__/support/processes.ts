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
    const output = outputOf(child)
    child.on('close', (code) => resolve({ code, output: output.text() }))
  })
}

export interface Output {
  /** All that was written so far. */
  text(): string
  /** Resolves once the text matches. */
  match(pattern: RegExp): Promise<RegExpExecArray>
}

/** What a process writes, on both streams. Call it right after the start. */
export function outputOf({ stdout, stderr }: ChildProcess): Output {
  let text = ''
  const listeners = new Set<() => void>()
  for (const stream of [stdout, stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      for (const listener of listeners) listener()
    })
  return {
    text: () => text,
    match: (pattern) =>
      new Promise((resolve) => {
        const check = () => {
          const found = pattern.exec(text)
          if (found === null) return
          listeners.delete(check)
          resolve(found)
        }
        listeners.add(check)
        check()
      }),
  }
}

export async function freePort(): Promise<number> {
  return freePorts(1)
}

/** The first of so many in a row, out of the range that connections take theirs from. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 10_000 + Math.floor(Math.random() * 20_000)
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)))
    if (free.every(Boolean)) return first
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
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
