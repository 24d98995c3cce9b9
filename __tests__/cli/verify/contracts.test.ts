import { createInProcessEvents } from 'allv-mcp'
import { defineVerification, type VerifiedAdapters } from 'allv-mcp/testing'
import type { VerifyResult } from '../../../lib/cli/verify/case.js'
import { contractCases } from '../../../lib/cli/verify/contract-cases.js'
import { runCases } from '../../../lib/cli/verify/run-cases.js'
import * as harness from '../../testing/harnesses.js'

/** The contract suites, as verify runs them. */

const all: Required<VerifiedAdapters> = {
  apiKeys: { create: async () => harness.apiKeysHarness() },
  members: { create: async () => harness.membersHarness() },
  tools: { create: async () => harness.toolsHarness() },
  policy: { create: async () => harness.policyHarness() },
  approvals: { create: async () => harness.approvalsHarness() },
  memory: { create: async () => harness.memoryHarness() },
  runs: { create: async () => harness.runsHarness() },
  audit: { create: async () => harness.auditHarness() },
  features: { create: async () => harness.featuresHarness() },
  prompts: { create: async () => harness.promptsHarness() },
  resources: { create: async () => harness.resourcesHarness() },
  events: { create: async () => ({ adapter: createInProcessEvents() }) },
}

function resultsOf(adapters: VerifiedAdapters): Promise<readonly VerifyResult[]> {
  const settings = { timeoutMs: 60_000, signal: new AbortController().signal, report: () => {} }
  return runCases(contractCases(defineVerification({ adapters })), settings)
}

it('pass for the adapters in memory, with none skipped', async () => {
  const results = await resultsOf(all)
  expect(results.filter(({ status }) => status !== 'passed')).toEqual([])
  expect(results.length).toBeGreaterThan(90)
})

it('are skipped for adapters that are not given, case by case, with the reason', async () => {
  const [whole, none] = [await resultsOf({ policy: all.policy }), await resultsOf({})]
  expect(none.length).toBe(whole.length)
  expect(none.every(({ status }) => status === 'skipped')).toBe(true)
  expect(none[0]?.message).toBe('no adapters.apiKeys')
  const given = whole.filter(({ status }) => status === 'passed')
  expect(given.map(({ group }) => group)).toEqual(['policy contract', 'policy contract'])
})

it('name a part that is missing and not named, and skip one that is', async () => {
  const create = async () => {
    const { adapter, decide } = harness.approvalsHarness()
    const { wait: _, ...rest } = adapter
    return { adapter: rest, decide }
  }
  const failed = await resultsOf({ approvals: { create } })
  expect(failed.filter(({ status }) => status === 'failed').map(({ message }) => message)).toContain(
    "there is no wait: pass { lacks: ['wait'] } to have this shown as skipped",
  )
  const skipped = await resultsOf({ approvals: { create, lacks: ['wait'] } })
  expect(skipped.filter(({ status }) => status === 'failed')).toEqual([])
  expect(skipped.filter(({ message }) => message === 'without wait')).toHaveLength(7)
}, 240_000)

it('fail for a store that forgets the workspace in one query, with a cure', async () => {
  const create = async () => {
    const { adapter } = harness.runsHarness()
    const ids = new Map<string, string>()
    return {
      adapter: {
        ...adapter,
        async begin(start: Parameters<typeof adapter.begin>[0]) {
          ids.set(start.id, start.workspaceId)
          return adapter.begin(start)
        },
        get: async ({ id }: { id: string }) => adapter.get({ id, workspaceId: ids.get(id) ?? '' }),
      },
    }
  }
  const results = await resultsOf({ runs: { create, lacks: [] } })
  const failed = results.filter(({ status }) => status === 'failed')
  expect(failed.map(({ title }) => title)).toEqual(['finds no run of another workspace, and ends none'])
  expect(failed[0]?.cure).toContain('put the workspace into every query')
})
