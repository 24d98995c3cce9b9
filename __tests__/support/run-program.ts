/** Runs a program that a document shows, as its reader would. */

import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface RunningProgram {
  /** The port on which it listens; `null` if it has ended by itself. */
  readonly port: number | null
  /** `null` while it runs. */
  readonly exitCode: number | null
  /** Everything that it has printed so far. */
  readonly output: () => string
  readonly stop: () => Promise<void>
}

const PRELOADED = pathToFileURL(resolve('__tests__/support/any-port.mjs')).href

/**
 * Resolves when the program listens or has ended. Whatever port it names, it gets a free one. It works in `folder`; without one, in an empty folder
 * that is removed afterwards.
 */
export async function runProgram(
  file: string,
  env: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<RunningProgram> {
  const cwd = folder ?? mkdtempSync(join(realpathSync(tmpdir()), 'allv-mcp-program-'))
  const child = spawn(process.execPath, ['--import', PRELOADED, resolve(file)], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const closed = new Promise<number | null>((done) => child.once('close', done))
  const listening = new Promise<number>((done) => {
    child.once('message', (message: { readonly port: number }) => done(message.port))
  })
  const first = await Promise.race([
    listening.then((port) => ({ port, exitCode: null })),
    closed.then((exitCode) => ({ port: null, exitCode })),
  ])
  return {
    ...first,
    output: () => output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await closed
      if (folder === undefined) rmSync(cwd, { recursive: true, force: true })
    },
  }
}
