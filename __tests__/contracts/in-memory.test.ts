import { createToolProvider, defineTool } from 'allv-mcp'
import {
  apiKeysContract,
  approvalsContract,
  auditContract,
  createInMemoryApiKeys,
  createInMemoryApprovals,
  createInMemoryAudit,
  createInMemoryFeatures,
  createInMemoryMembers,
  createInMemoryMemory,
  createInMemoryRuns,
  featuresContract,
  membersContract,
  memoryContract,
  runsContract,
  toolsContract,
} from 'allv-mcp/testing'
import { z } from 'zod'

const runner = { describe, it }

apiKeysContract(runner, async () => {
  const adapter = createInMemoryApiKeys()
  return {
    adapter,
    add: async (key) => adapter.add(key),
    revoke: async (id, at) => void adapter.revoke(id, at),
  }
})

membersContract(runner, async () => {
  const adapter = createInMemoryMembers()
  return { adapter, add: async (member) => adapter.add(member) }
})

featuresContract(runner, async () => {
  const adapter = createInMemoryFeatures()
  return { adapter, set: async (flag, workspaceId, on) => adapter.set(flag, workspaceId, on) }
})

approvalsContract(runner, async () => {
  const adapter = createInMemoryApprovals()
  return {
    adapter,
    decide: adapter.decide,
    async close() {
      expect(adapter.waiting()).toBe(0)
    },
  }
})

runsContract(runner, async () => ({ adapter: createInMemoryRuns() }))

auditContract(runner, async () => {
  const adapter = createInMemoryAudit()
  return {
    adapter,
    read: async (workspaceId) => adapter.events.filter((event) => event.workspaceId === workspaceId),
  }
})

memoryContract(runner, async () => {
  const adapter = createInMemoryMemory()
  return { adapter, put: async (workspaceId, key, text) => void adapter.put(workspaceId, { key, text }) }
})

toolsContract(runner, async () => ({
  adapter: createToolProvider([
    defineTool({
      name: 'echo',
      description: 'Echoes.',
      input: z.object({ text: z.string() }),
      run: ({ text }) => text,
    }),
  ]),
  context: {
    workspaceId: 'ws',
    member: { id: 'mem', workspaceId: 'ws', email: 'mem@acme.test', active: true },
    credential: { id: 'key', kind: 'api-key', scopes: [] },
    face: 'agent',
    era: null,
    client: null,
    trace: null,
    correlationId: 'req',
  },
}))
