/** A host with little memory: large entries to read, tasks with large outcomes, and events all the time. Run with `--max-old-space-size=256`. */

import { createServer } from 'node:http'
import {
  createAllvMcpRouter,
  createInProcessEvents,
  createToolProvider,
  defineTool,
  digestApiKey,
} from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'

/** Each letter takes six bytes in a tool's answer, which is then nearly 1 MiB. */
const LARGE = '"'.repeat(170_000)
const workspaceId = 'ws'
const key = (id) => ({
  id,
  workspaceId,
  name: id,
  scopes: ['*'],
  members: 'any',
  createdAt: new Date(),
  expiresAt: null,
  revokedAt: null,
  digest: digestApiKey(id),
})
const member = (id) => ({ id, workspaceId, email: `${id}@ws.test`, active: true })
const tools = createToolProvider([
  defineTool({
    name: 'small',
    description: 'Answers at once.',
    input: { type: 'object' },
    run: () => 'here',
  }),
  defineTool({
    name: 'large',
    description: 'Answers much, after a while.',
    input: { type: 'object' },
    taskSupport: 'required',
    run: async () => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      return LARGE + LARGE
    },
  }),
])
const events = createInProcessEvents()
const adapters = createInMemoryAdapters({
  apiKeys: [key('hostile'), key('other')],
  members: [member('mallory'), member('maria')],
  memory: { [workspaceId]: [{ key: 'large', text: LARGE }] },
  tools,
})
/** Nobody asks again for what is no task, so this store keeps no such outcome: how long a host keeps them is not what is tried here. */
const runs = {
  ...adapters.runs,
  end: ({ outcome, ...end }) =>
    adapters.runs.end({
      ...end,
      outcome: outcome?.result?.structuredContent === undefined ? outcome : { ...outcome, result: null },
    }),
}
const router = createAllvMcpRouter({
  adapters: { ...adapters, runs, events, audit: undefined },
})
setInterval(() => {
  void events.publish({ type: 'memory_changed', workspaceId, memberId: null, key: 'large' })
  void events.publish({ type: 'tools_changed', workspaceId, memberId: null })
}, 20)
const server = createServer((req, res) => router(req, res, () => res.writeHead(404).end()))
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
