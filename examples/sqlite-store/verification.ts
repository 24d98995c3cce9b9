/** What `allv-mcp verify` verifies of this store: each adapter, and an app on it. */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAllvMcpRouter } from 'allv-mcp'
import { defineVerification, type VerifiedApp, type VerifiedHost } from 'allv-mcp/testing'
import { createSqliteStore } from './adapters.js'

/** A child process of the verification opens the same file. */
process.env['SQLITE_FILE'] ??= join(mkdtempSync(join(tmpdir(), 'allv-sqlite-')), 'store.db')
const FILE = process.env['SQLITE_FILE']

/** One case at a time: each opens the store, and closes it. */
async function open() {
  const { adapters, close } = createSqliteStore(FILE)
  return { ...adapters, close: async () => close() }
}

const start: VerifiedHost['start'] = async (probe): Promise<VerifiedApp> => {
  const { adapters, close } = createSqliteStore(FILE)
  const { apiKeys, members, memory, approvals } = adapters
  const router = createAllvMcpRouter({
    ...probe.options,
    adapters: { ...adapters, tools: probe.tools },
    secret: 'a secret that only this verification has',
  })
  return {
    app: router,
    addMember: members.put,
    issueKey: (wanted) => apiKeys.create({ ...wanted, name: 'verify' }),
    revokeKey: ({ id }) => apiKeys.revoke(id),
    decide: approvals.decide,
    putMemory: (workspaceId, key, text) => memory.put(workspaceId, { key, text }),
    async close() {
      await router.close()
      close()
    },
  }
}

export default defineVerification({
  adapters: {
    apiKeys: {
      async create() {
        const { apiKeys: adapter, close } = await open()
        return { adapter, close, add: adapter.add, revoke: adapter.revoke }
      },
    },
    members: {
      lacks: ['findBySubject'],
      async create() {
        const { members: adapter, close } = await open()
        return { adapter, close, add: adapter.put }
      },
    },
    memory: {
      async create() {
        const { memory: adapter, close } = await open()
        return { adapter, close, put: (workspaceId, key, text) => adapter.put(workspaceId, { key, text }) }
      },
    },
    approvals: {
      async create() {
        const { approvals: adapter, close } = await open()
        return { adapter, close, decide: adapter.decide }
      },
      lacks: ['wait'],
    },
    runs: {
      async create() {
        const { runs: adapter, close } = await open()
        return { adapter, close }
      },
    },
    audit: {
      async create() {
        const { audit: adapter, close } = await open()
        return { adapter, close, read: adapter.list }
      },
      lacks: ['filter'],
    },
  },
  host: { start },
})
