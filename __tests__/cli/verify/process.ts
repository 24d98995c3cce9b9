/** Runs `allv-mcp verify` as it is built, in a process of its own. */

import { start } from '../../support/processes.js'

export interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export function runVerify(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return new Promise((resolve) => {
    const child = start('dist/cli/main.js', env, ['verify', ...args])
    const texts = { out: '', err: '' }
    child.stdout?.on('data', (chunk: Buffer) => {
      texts.out += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      texts.err += chunk.toString()
    })
    child.on('close', (code) => resolve({ code, ...texts }))
  })
}

/** The lines of cases that failed, and the last line. */
export function verdictOf({ out }: Run): readonly string[] {
  return out.split('\n').filter((line) => /^ {2}✗|^ {6}what|^verify:/.test(line))
}
