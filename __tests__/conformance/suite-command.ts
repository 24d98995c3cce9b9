/** Runs the command line of a suite, and reads what its scenarios came to. */

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const SCENARIO = /^[✓✗] ([a-z0-9-]+): (\d+) passed, (\d+) failed$/

export interface Scenario {
  readonly name: string
  /** Checks. */
  readonly passed: number
  readonly failed: number
}

/** Gives all that it wrote. `onOutput` is called with that, each time that there is more. */
export function runSuite(
  name: string,
  args: readonly string[],
  onOutput: (output: string) => void = () => {},
): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [commandOf(name), ...args], { cwd: tmpdir() })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        onOutput(output)
      })
    child.on('close', () => resolve(output))
  })
}

export function readScenarios(output: string): readonly Scenario[] {
  return output.split('\n').flatMap((line) => {
    const [, name, passed, failed] = SCENARIO.exec(line.trim()) ?? []
    return name === undefined ? [] : [{ name, passed: Number(passed), failed: Number(failed) }]
  })
}

/** Both command lines import `globSync`, which Node 20 lacks and these runs never call: on Node 20 a copy without it runs. */
function commandOf(name: string): string {
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  const command = join(folder, 'dist', 'index.js')
  const source = readFileSync(command, 'utf8')
  const patched = source.replace(
    /globSync as (\w+),([^}]*\} ?from ?["'](?:node:)?fs["'];?)/,
    (_, local: string, rest: string) => `${rest};const ${local}=()=>[];`,
  )
  const copy = join(folder, 'dist', 'index.node20.js')
  writeFileSync(copy, patched)
  return copy
}
