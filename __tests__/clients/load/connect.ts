/** Starts a program, and waits until it has connected or ended. */

import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Start {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Written to the program, whose input then stays open. Without it, it has none. */
  readonly input?: string
}

/** The end of what it wrote. The program is ended once `done` holds, or after `mostMs`. */
export async function connect(start: Start, done: () => boolean, mostMs = 90_000): Promise<string> {
  const child = spawn(start.command, start.args, {
    cwd: start.cwd,
    env: start.env,
    detached: true,
    stdio: [start.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  let output = ''
  let ended = false
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output = `${output}${chunk}`.slice(-4000)
    })
  child.once('close', () => {
    ended = true
  })
  child.once('error', (error) => {
    output += String(error)
    ended = true
  })
  if (start.input !== undefined) child.stdin?.write(start.input)
  const latest = Date.now() + mostMs
  while (!ended && !done() && Date.now() < latest) await sleep(100)
  if (child.pid !== undefined && !ended) endGroup(child.pid)
  return output
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
