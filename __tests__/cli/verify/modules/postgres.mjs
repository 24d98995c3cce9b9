/** The stores of allv-mcp/postgres: on the PostgreSQL of VERIFY_URL, or on a PGlite in the folder VERIFY_FOLDER. */

import { PGlite } from '@electric-sql/pglite'
import { createAllvMcpRouter } from 'allv-mcp'
import { createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import { defineVerification } from 'allv-mcp/testing'
import pg from 'pg'

const { VERIFY_URL: connectionString, VERIFY_FOLDER: folder, VERIFY_SCHEMA: schema = 'verify' } = process.env

/** A child process opens the folder of a PGlite for itself, so nothing of it is open here meanwhile. */
const open = async () => {
  const pool = connectionString ? new pg.Pool({ connectionString }) : await PGlite.create(folder)
  await migrate({ pool, schema })
  const stores = createPostgresAdapters({ pool, schema, onError: false })
  return {
    ...stores,
    async close() {
      await stores.events.close()
      await (connectionString ? pool.end() : pool.close())
    },
  }
}

const adapters = {
  members: {
    async create() {
      const { members: adapter, close } = await open()
      return { adapter, close, add: adapter.put, link: adapter.link }
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
      return { adapter, close, decide: adapter.decide, waiting: adapter.waiting }
    },
  },
  runs: {
    async create() {
      const { runs: adapter, close } = await open()
      return { adapter, close }
    },
  },
}

async function start(probe) {
  const { close, ...stores } = await open()
  const router = createAllvMcpRouter({
    ...probe.options,
    adapters: { ...stores, tools: probe.tools },
    secret: 'a secret that only this verification has',
  })
  return {
    app: router,
    addMember: (member) => stores.members.put(member),
    issueKey: (wanted) => stores.apiKeys.create({ ...wanted, name: 'verify' }),
    revokeKey: (key) => stores.apiKeys.revoke(key),
    decide: stores.approvals.decide,
    putMemory: (workspaceId, key, text) => stores.memory.put(workspaceId, { key, text }),
    async close() {
      await router.close()
      await close()
    },
  }
}

export default defineVerification({
  adapters,
  host: { start, lacks: connectionString ? [] : ['nodes'] },
})
