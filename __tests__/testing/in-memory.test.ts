import { allowEveryCall } from 'allv-mcp'
import {
  apiKeysContract,
  approvalsContract,
  auditContract,
  createInMemoryApprovals,
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
import * as harness from './harnesses.js'

const runner = { describe, it }

apiKeysContract(runner, async () => harness.apiKeysHarness())
membersContract(runner, async () => harness.membersHarness())
featuresContract(runner, async () => harness.featuresHarness())
runsContract(runner, async () => harness.runsHarness())
auditContract(runner, async () => harness.auditHarness())
memoryContract(runner, async () => harness.memoryHarness())
policyContract(runner, async () => harness.policyHarness())
policyContract(runner, async () => ({ adapter: allowEveryCall() }))
toolsContract(runner, async () => harness.toolsHarness())
eventsContract(runner, async () => harness.eventsHarness())
promptsContract(runner, async () => harness.promptsHarness())
resourcesContract(runner, async () => harness.resourcesHarness())

describe('on a clock that the test moves', () => {
  approvalsContract(runner, async () => harness.approvalsHarness())
})

describe('in real time', () => {
  approvalsContract(runner, async () => {
    const adapter = createInMemoryApprovals()
    return { adapter, decide: adapter.decide, waiting: adapter.waiting }
  })
})

describe('an adapter that gives only what the library reads, or more', () => {
  apiKeysContract(runner, async () => {
    const { adapter, ...rest } = harness.apiKeysHarness()
    const findByDigest: typeof adapter.findByDigest = async (query) => {
      const key = await adapter.findByDigest(query)
      if (key === null) return null
      const { name: _, createdAt: __, ...read } = key
      return { ...read, ...{ team: 'sales' } }
    }
    return { ...rest, adapter: { findByDigest } }
  })
})

describe('an adapter without the optional methods', () => {
  approvalsContract(
    runner,
    async () => {
      const { adapter, ...rest } = harness.approvalsHarness()
      const { wait: _, ...required } = adapter
      return { ...rest, adapter: required }
    },
    { lacks: ['wait'] },
  )
  memoryContract(
    runner,
    async () => {
      const { adapter, put } = harness.memoryHarness()
      return { put, adapter: { list: adapter.list, read: adapter.read } }
    },
    { lacks: ['update'] },
  )
})
