/**
 * `npm run conformance`: runs the official suites against the conformance host, and fails on any scenario that fails and is not in the
 * written list of exclusions. An excluded scenario that passes is said, too: then its line should go.
 */

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startConformanceHost } from './host.js'
import { EXCLUDED, SUITES, type Suite } from './suites.js'

const SCENARIO = /^[✓✗] ([a-z0-9-]+): (\d+) passed, (\d+) failed$/

interface Counts {
  passed: number
  failed: number
  skipped: number
}

const host = await startConformanceHost()
const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
for (const suite of SUITES) {
  console.log(`\n${suite.name}`)
  const output = await run(suite, host.url)
  const scenarios = output.split('\n').flatMap((line) => {
    const [, name, passed, failed] = SCENARIO.exec(line.trim()) ?? []
    return name === undefined ? [] : [{ name, passed: Number(passed), failed: Number(failed) }]
  })
  for (const scenario of scenarios) report(scenario)
  if (scenarios.length === 0) {
    counts.failed += 1
    console.log(`  ✗ the suite ran no scenario:\n${output.slice(-2000)}`)
  }
}
await host.close()
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed === 0 ? 0 : 1

function report({
  name,
  passed,
  failed,
}: {
  readonly name: string
  readonly passed: number
  readonly failed: number
}): void {
  const reason = EXCLUDED.get(name)
  // A scenario that checked nothing has shown nothing.
  const holds = failed === 0 && passed > 0
  if (reason !== undefined) {
    counts.skipped += 1
    console.log(`  - ${name}: not served: ${reason}${holds ? ' (it passes: strike it off the list)' : ''}`)
  } else {
    counts[holds ? 'passed' : 'failed'] += 1
    console.log(`  ${holds ? '✓' : '✗'} ${name}: ${passed} checks passed, ${failed} failed`)
  }
}

function run({ package: name, args }: Suite, url: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [commandOf(name), 'server', '--url', url, ...args], {
      cwd: tmpdir(),
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on('close', () => resolve(output))
  })
}

/** Both command lines import `globSync`, which Node 20 lacks and a server run never calls: on Node 20 a copy without it runs. */
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
