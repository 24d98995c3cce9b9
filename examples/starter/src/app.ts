/** The app: MCP at /api, the approvals page, and whatever else you add. */

import { createAllvMcpRouter, digestApiKey } from 'allv-mcp'
import { createPostgresAdapters, type PostgresAdapters } from 'allv-mcp/postgres'
import express from 'express'
import { createApprovalsPage } from './approvals.js'
import type { Database } from './database.js'
import { createOrders } from './orders.js'
import type { Settings } from './settings.js'
import { createTools } from './tools.js'

const WORKSPACE = 'ws_demo'

export async function createApp({ pool }: Database, settings: Settings) {
  const stores = createPostgresAdapters({ pool, url: async () => `${settings.origin}/approvals` })
  await addFirstMember(stores, settings.apiKey)
  const mcp = createAllvMcpRouter({
    adapters: { ...stores, tools: createTools(createOrders(pool)) },
    secret: settings.secret,
    publicUrl: `${settings.origin}/api`,
  })
  const app = express()
  app.disable('x-powered-by')
  app.use('/api', mcp)
  const { approvals } = stores
  app.use(createApprovalsPage({ approvals, workspaceId: WORKSPACE, password: settings.operatorPassword }))
  return {
    app,
    async close() {
      await mcp.close()
      await stores.events.close()
    },
  }
}

/** Your app has members already: write an adapter for them. The key of .env is bound to Ada, so clients send nothing but the key. */
async function addFirstMember({ members, apiKeys }: PostgresAdapters, apiKey: string): Promise<void> {
  // Once: a start must not give back what somebody has taken from her.
  if ((await members.findById({ workspaceId: WORKSPACE, memberId: 'mem_ada' })) === null)
    await members.put({
      id: 'mem_ada',
      workspaceId: WORKSPACE,
      email: 'ada@example.test',
      active: true,
      name: 'Ada',
    })
  const digest = digestApiKey(apiKey)
  if ((await apiKeys.findByDigest({ digest })) !== null) return
  await apiKeys.create({
    workspaceId: WORKSPACE,
    name: 'The key of .env',
    scopes: ['memory:read'],
    members: ['mem_ada'],
    digest,
  })
}
