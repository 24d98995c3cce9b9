/** A terminal for commands under test: keeps what they write. */

import type { Terminal } from '../../lib/cli/kit/command.js'
import { runCommandLine } from '../../lib/cli/run.js'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs one command line within this process. */
export async function runCli(argv: readonly string[], given: Partial<Terminal> = {}): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await runCommandLine(
    argv,
    {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      env: {},
      cwd: process.cwd(),
      colours: false,
      signal: new AbortController().signal,
      ...given,
    },
    '1.2.3',
  )
  return { code, out: out.join(''), err: err.join('') }
}
