import {
  apiKeysContract,
  approvalsContract,
  auditContract,
  eventsContract,
  featuresContract,
  membersContract,
  memoryContract,
  policyContract,
  promptsContract,
  resourcesContract,
  runsContract,
  toolsContract,
} from 'allv-mcp/testing'
import { brokenExecution, brokenRequests, brokenWaits } from './broken-approvals.js'
import { brokenIdentity } from './broken-identity.js'
import { brokenReading, brokenUpdates } from './broken-memory.js'
import { brokenOfferings } from './broken-offerings.js'
import { brokenPolicy } from './broken-policy.js'
import { brokenAudit, brokenRuns } from './broken-records.js'
import { type Broken, failuresOf, type Suite, titlesOf } from './collect.js'
import * as harness from './harnesses.js'

const broken: readonly Broken[] = [
  ...brokenRequests,
  ...brokenExecution,
  ...brokenWaits,
  ...brokenRuns,
  ...brokenAudit,
  ...brokenReading,
  ...brokenUpdates,
  ...brokenIdentity,
  ...brokenPolicy,
  ...brokenOfferings,
]

/** Several broken adapters are noticed only by waiting for something that never comes. All at once would leave too little time for each. */
const AT_ONCE = 8
const failures = new Map<Broken, readonly string[]>()

beforeAll(async () => {
  const left = broken.values()
  const work = async () => {
    for (const one of left) failures.set(one, await failuresOf(one.suite))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
})

it.each(broken.map((one) => [one.adapter, one] as const))('notices %s', (_, one) => {
  const failed = failures.get(one) ?? []
  expect(failed.filter((title) => title.startsWith(one.notices))).toHaveLength(1)
})

const whole: readonly Suite[] = [
  (runner) => approvalsContract(runner, async () => harness.approvalsHarness()),
  (runner) => runsContract(runner, async () => harness.runsHarness()),
  (runner) => auditContract(runner, async () => harness.auditHarness()),
  (runner) => memoryContract(runner, async () => harness.memoryHarness()),
  (runner) => apiKeysContract(runner, async () => harness.apiKeysHarness()),
  (runner) => membersContract(runner, async () => harness.membersHarness()),
  (runner) => featuresContract(runner, async () => harness.featuresHarness()),
  (runner) => policyContract(runner, async () => harness.policyHarness()),
  (runner) => toolsContract(runner, async () => harness.toolsHarness()),
  (runner) => eventsContract(runner, async () => harness.eventsHarness()),
  (runner) => promptsContract(runner, async () => harness.promptsHarness()),
  (runner) => resourcesContract(runner, async () => harness.resourcesHarness()),
]

it('finds no fault in correct adapters', async () => {
  expect((await Promise.all(whole.map(failuresOf))).flat()).toEqual([])
})

it('has a broken adapter for every case of every contract', () => {
  const titles = whole.flatMap(titlesOf)
  expect(titles.length).toBeGreaterThan(60)
  expect(titles.filter((title) => !broken.some(({ notices }) => title.startsWith(notices)))).toEqual([])
})
