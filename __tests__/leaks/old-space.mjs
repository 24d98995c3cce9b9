/** Run with --expose-gc: prints how many bytes each call leaves in V8's old space when only young collections run. */

import v8 from 'node:v8'
import { createAllvAgentApi, createToolProvider, defineTool } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'

const CALLS = 2000
const CALLS_PER_COLLECTION = 50

const tools = createToolProvider([
  defineTool({
    name: 'echo',
    description: 'Says it again.',
    input: {
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
      additionalProperties: false,
    },
    run: async ({ text }) => text,
  }),
])
const api = createAllvAgentApi({
  adapters: {
    ...createInMemoryAdapters({
      members: [{ id: 'ada', workspaceId: 'ws', email: 'ada@ws.test', active: true }],
      tools,
    }),
    // Keep nothing: what is left is the library's own.
    runs: {
      begin: async () => ({ started: true }),
      update: async () => true,
      end: async () => {},
      get: async () => null,
      list: async () => ({ runs: [], nextCursor: null }),
    },
    audit: { append: async () => {} },
  },
  rateLimit: { points: 1_000_000, seconds: 60 },
})
const agent = await api.asMember({ workspaceId: 'ws', memberId: 'ada', via: 'test' })

async function calls(count) {
  for (let i = 0; i < count; i += 1) {
    const outcome = await agent.callTool('echo', { text: 'x'.repeat(200) })
    if (outcome.status !== 'completed') throw new Error(JSON.stringify(outcome))
    if (i % CALLS_PER_COLLECTION === 0) await youngCollection()
  }
}

/** Twice: what survives the second one is promoted. The loop turns first, so that nothing of a call is under way. */
async function youngCollection() {
  await new Promise((resolve) => setImmediate(resolve))
  globalThis.gc({ type: 'minor' })
  globalThis.gc({ type: 'minor' })
}

function oldSpace() {
  return v8.getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space').space_used_size
}

await calls(CALLS)
globalThis.gc()
const before = oldSpace()
await calls(CALLS)
process.stdout.write(String(Math.round((oldSpace() - before) / CALLS)))
process.exit()
