/** Starts the measured servers and the load process, and exchanges messages with them. */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Found, Job } from './load/job.js'
import type { Listening, Question, Usage } from './servers/messages.js'
import type { Variant } from './variants.js'

export interface Server {
  readonly port: number
  readonly usage: () => Promise<Usage>
  /** The usage after a garbage collection. Needs `--expose-gc`. */
  readonly settledUsage: () => Promise<Usage>
  readonly reset: () => Promise<void>
  readonly stop: () => Promise<void>
}

export interface Load {
  readonly run: (job: Job) => Promise<Found>
  readonly stop: () => Promise<void>
}

const BUILD = new URL('./', import.meta.url)
const SOURCE = new URL('../../bench/', import.meta.url)
const PATIENCE_MS = 120_000

export async function startServer(
  { program }: Pick<Variant, 'program'>,
  {
    args = [],
    nodeArgs = [],
  }: { readonly args?: readonly string[]; readonly nodeArgs?: readonly string[] } = {},
): Promise<Server> {
  const file = fileURLToPath(new URL(program.file, program.folder === 'build' ? BUILD : SOURCE))
  const probe = new URL('servers/probe.js', BUILD).href
  const child = fork(file, [...program.args, ...args], {
    execArgv: ['--import', probe, ...nodeArgs],
    // Hides the servers' output and shows their errors.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const { port } = await answer<Listening>(child)
  const ask = <T>(question: Question): Promise<T> => {
    const given = answer<T>(child)
    child.send(question)
    return given
  }
  return {
    port,
    usage: () => ask<Usage>('usage'),
    settledUsage: () => ask<Usage>('settled usage'),
    reset: async () => void (await ask<unknown>('reset')),
    stop: () => stop(child),
  }
}

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('load/generator.js', BUILD)))
  return {
    run(job) {
      const found = answer<Found>(child, job.ms + PATIENCE_MS)
      child.send(job)
      return found
    },
    stop: () => stop(child),
  }
}

/** The next message of a process. */
function answer<T>(child: ChildProcess, patience = PATIENCE_MS): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(late)
      child.off('message', onMessage).off('exit', onExit)
      act()
    }
    const onMessage = (message: unknown) => settle(() => resolve(message as T))
    const onExit = (code: number | null) =>
      settle(() => reject(new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${code}`)))
    const late = setTimeout(
      () => settle(() => reject(new Error(`${child.spawnargs.join(' ')} does not answer`))),
      patience,
    )
    child.on('message', onMessage).on('exit', onExit)
  })
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill()
  })
}
