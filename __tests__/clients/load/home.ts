/** A home folder for one run, and the end of all that the run has started. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Home {
  readonly path: string
  /** The folder that the program works in. */
  readonly project: string
  /** An environment without anything of the user's. */
  readonly env: Readonly<Record<string, string>>
  /** Ends what still runs with this home, and removes it. */
  readonly close: () => void
}

export function makeHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'allv-client-'))
  const project = join(path, 'project')
  mkdirSync(project)
  const env = {
    HOME: path,
    PATH: process.env['PATH'] ?? '',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CI: 'true',
    XDG_CONFIG_HOME: join(path, '.config'),
    XDG_DATA_HOME: join(path, '.local/share'),
    XDG_STATE_HOME: join(path, '.local/state'),
    XDG_CACHE_HOME: join(path, '.cache'),
  }
  return {
    path,
    project,
    env,
    close: () => {
      for (const pid of processesOf(path)) end(pid)
      rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}

/** Some programs leave a server behind, which has left their group of processes. On Linux it is found by its environment. */
function processesOf(home: string): readonly number[] {
  const pids = readable(() => readdirSync('/proc')) ?? []
  return pids
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      readable(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))
        ?.split('\0')
        .includes(`HOME=${home}`),
    )
    .map(Number)
}

function end(pid: number): void {
  readable(() => process.kill(pid, 'SIGKILL'))
}

/** A process may have ended meanwhile. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
