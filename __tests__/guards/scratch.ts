/** A copy of the repository in which a guard can be taken out, and the tests that run in it. */

import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Guard } from './guard.js'

const COPIED = [
  'lib',
  '__tests__',
  'examples',
  'bench',
  'build',
  'package.json',
  'jest.config.js',
  'tsconfig.json',
  'README.md',
]
const LINKED = ['node_modules', 'dist', '.build']
/** A test that hangs without its guard has noticed; it is ended after this long. */
const TIMEOUT_MS = 180_000

export interface TestRun {
  readonly passed: number
  readonly failed: number
  /** A file that could not be loaded: that proves nothing about a guard. */
  readonly broken: number
  readonly timedOut: boolean
  readonly output: string
}

export interface Scratch {
  /** Throws an Error unless the text occurs in the file exactly once. */
  without<T>(guard: Guard, act: () => Promise<T>): Promise<T>
  run(tests: readonly string[], only?: string): Promise<TestRun>
  remove(): void
}

export function createScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'guards-'))
  for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true })
  for (const name of LINKED) symlinkSync(resolve(name), join(folder, name))
  return {
    async without({ file, from, to }, act) {
      const path = join(folder, file)
      const text = readFileSync(path, 'utf8')
      const times = text.split(from).length - 1
      if (times !== 1) throw new Error(`the text stands ${times} times in ${file}, not once: ${from}`)
      writeFileSync(
        path,
        text.replace(from, () => to),
      )
      try {
        return await act()
      } finally {
        writeFileSync(path, text)
      }
    },
    run: (tests, only) => runTests(folder, tests, only),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function runTests(folder: string, tests: readonly string[], only?: string): Promise<TestRun> {
  const report = join(folder, 'report.json')
  rmSync(report, { force: true })
  const args = ['--runInBand', '--bail=1', '--json', `--outputFile=${report}`, '--forceExit']
  if (only !== undefined) args.push('--testNamePattern', only)
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...args, ...tests],
      {
        cwd: folder,
        env: { ...process.env, NODE_OPTIONS: '' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    let output = ''
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000)
    })
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, TIMEOUT_MS)
    child.once('close', () => {
      clearTimeout(timer)
      done({ ...readReport(report), timedOut, output })
    })
  })
}

function readReport(report: string): Pick<TestRun, 'passed' | 'failed' | 'broken'> {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    )
    return { passed: numPassedTests, failed: numFailedTests, broken: numRuntimeErrorTestSuites }
  } catch {
    return { passed: 0, failed: 0, broken: 1 }
  }
}
