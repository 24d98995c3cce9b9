/** `allv-mcp verify MODULE`: runs the contract suites and the guarantees against a host's own adapters and app. */

import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../../foundation/errors/message-of.js'
import { visibleText } from '../../foundation/text/text.js'
import { withoutSecrets } from '../../foundation/text/without-secrets.js'
import type { Verification } from '../../testing/index.js'
import type { Command, Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { readArguments, wholeNumber } from '../kit/read-arguments.js'
import { allCases } from './all-cases.js'
import type { VerifyCase, VerifyResult } from './case.js'
import { serveInChild } from './child-server.js'
import { readModule } from './module.js'
import { countsOf, createTextOutput, githubLines, junitReport, lastLine } from './output.js'
import { runCases } from './run-cases.js'

const HELP = `Usage: allv-mcp verify MODULE [options]

Runs the contract suites of allv-mcp/testing on the adapters that MODULE exports, and checks over HTTP what the
library guarantees of its app: tenants apart, one execution, revoked keys, crashes. MODULE is JavaScript (ESM or
CommonJS), or TypeScript where Node runs it. Its default export is defineVerification({ adapters, host }).

It writes to the stores of the module: give it a database for tests.

Options:
  --only TEXT        runs only the cases whose group or title contains TEXT; may be repeated
  --list             names the cases, and runs none
  --timeout SECONDS  how long one case may take (default 30; cases about crashes have more)
  --json             writes the results as one JSON document
  --junit FILE       also writes them to FILE, as JUnit XML
  --github           also writes an annotation for each failure, for GitHub Actions

Exit codes: 0 nothing failed, 1 a case failed, 2 wrong command line or module, 3 a server that the module needs does not answer.
`

export const verifyCommand: Command = {
  help: HELP,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, OPTIONS, ['MODULE'])
    const [module = ''] = positionals
    const timeoutMs = 1000 * wholeNumber('timeout', values.timeout, { least: 1, most: 3600, fallback: 30 })
    const verification = await readModule(module, terminal.cwd)
    if (values['in-child']) {
      await serveInChild(verification)
      return 0
    }
    const cases = chosen(casesOf(verification, resolve(terminal.cwd, module)), values.only ?? [])
    if (values.list) {
      for (const { group, title } of cases) terminal.out(`${group}: ${title}\n`)
      return 0
    }
    const report = values.json ? () => {} : createTextOutput(terminal.out, terminal.colours)
    const close = () => closes(verification, terminal)
    const results = await runCases(cases, { timeoutMs, signal: terminal.signal, report }).catch(
      async (error: unknown) => {
        await close()
        throw error
      },
    )
    const isClosed = await close()
    write(results, values, terminal)
    return isClosed && results.every(({ status }) => status !== 'failed') ? 0 : 1
  },
}

const OPTIONS = {
  only: { type: 'string', multiple: true },
  list: { type: 'boolean' },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
  junit: { type: 'string' },
  github: { type: 'boolean' },
  // Not for people: the verification starts itself with it, as the process that it kills.
  'in-child': { type: 'boolean' },
} as const

/** Whether the module closes what it opened. A failure is said, and takes no results away. */
async function closes(verification: Verification, { err }: Terminal): Promise<boolean> {
  try {
    await verification.close?.()
    return true
  } catch (error) {
    const reason = messageOf(error)
    err(`close of the module failed: ${visibleText(withoutSecrets(reason))}\n`)
    return false
  }
}

/** A contract suite refuses a part in `lacks` that it does not have. */
function casesOf(verification: Verification, module: string): readonly VerifyCase[] {
  try {
    return allCases(verification, module)
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message)
    throw error
  }
}

function chosen(cases: readonly VerifyCase[], only: readonly string[]): readonly VerifyCase[] {
  const found = cases.filter(
    ({ group, title }) =>
      only.length === 0 ||
      only.some((text) => `${group}: ${title}`.toLowerCase().includes(text.toLowerCase())),
  )
  if (found.length === 0)
    throw new UsageError(`--only ${only.join(', ')} names no case; --list names them all`)
  return found
}

function write(
  results: readonly VerifyResult[],
  { json, junit, github }: { readonly json?: boolean; readonly junit?: string; readonly github?: boolean },
  { out, err, cwd }: Terminal,
): void {
  const counts = countsOf(results)
  // With --json nothing else is written to the output.
  if (github) (json ? err : out)(githubLines(results))
  if (json) out(`${JSON.stringify({ ...counts, results }, null, 2)}\n`)
  else out(`\n${lastLine(counts)}\n`)
  // Last: a file that cannot be written takes no other report away.
  if (junit !== undefined) writeFileSync(resolve(cwd, junit), junitReport(results))
}
