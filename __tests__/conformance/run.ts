/**
 * `npm run conformance`: runs the official suites against the conformance host, and fails on any scenario that fails and is not in the
 * written list of exclusions. An excluded scenario that passes is said, too: then its line should go. The suites of servers run again with access
 * tokens, where every row must be the same. The suite of authorization servers runs against that of the example.
 */

import { runAuthorizationSuite } from './authorization.js'
import { startConformanceHost } from './host.js'
import { readScenarios, runSuite, type Scenario } from './suite-command.js'
import { EXCLUDED, SUITES } from './suites.js'
import { createTokenAccess } from './token-access.js'

const counts = { passed: 0, failed: 0, skipped: 0 }

const withKey = await runServerSuites('a key', await startConformanceHost())
const withToken = await runServerSuites(
  'an access token',
  await startConformanceHost(await createTokenAccess()),
)
console.log('\nAn access token in place of a key')
check(
  'no row of any suite changes',
  withKey.filter((row) => !withToken.includes(row)).concat(withToken.filter((row) => !withKey.includes(row))),
)
console.log('\nAuthorization server of the example')
await runAuthorizationSuite().then(({ scenarios, output }) => {
  for (const scenario of scenarios) report(scenario)
  if (scenarios.length !== 2) check('both scenarios of the suite ran', [output.slice(-2000)])
})
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed === 0 ? 0 : 1

/** Gives one text for each scenario. */
async function runServerSuites(
  credential: string,
  host: Awaited<ReturnType<typeof startConformanceHost>>,
): Promise<readonly string[]> {
  const rows: string[] = []
  for (const { name, package: suite, args } of SUITES) {
    console.log(`\n${name}, with ${credential}`)
    const output = await runSuite(suite, ['server', '--url', host.url, ...args])
    const scenarios = readScenarios(output)
    for (const scenario of scenarios) report(scenario)
    if (scenarios.length === 0) check('the suite ran a scenario', [output.slice(-2000)])
    rows.push(...scenarios.map((one) => `${name} ${one.name}: ${one.passed} passed, ${one.failed} failed`))
  }
  await host.close()
  return rows
}

function check(what: string, faults: readonly string[]): void {
  counts[faults.length === 0 ? 'passed' : 'failed'] += 1
  console.log(`  ${faults.length === 0 ? '✓' : '✗'} ${what}`)
  for (const fault of faults) console.log(`    ${fault}`)
}

function report({ name, passed, failed }: Scenario): void {
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
