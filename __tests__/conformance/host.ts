/** The host that the official suites run against: their fixtures, behind real authentication. */

import { createServer, type Server } from 'node:http'
import { createAllvMcpRouter, createInProcessEvents, createToolProvider, generateApiKey } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import express from 'express'
import { createAskingTools } from './asking-tools.js'
import { createSuitePrompts } from './prompts.js'
import { createSuiteResources } from './resources.js'
import { createTaskTools } from './task-tools.js'
import { createSuiteTools } from './tools.js'

const WORKSPACE = 'ws_conformance'

export interface ConformanceHost {
  readonly url: string
  close(): Promise<void>
}

export async function startConformanceHost(): Promise<ConformanceHost> {
  const { key, digest } = generateApiKey({ mode: 'test' })
  const member = { id: 'mem_suite', workspaceId: WORKSPACE, email: 'suite@conformance.test', active: true }
  const events = createInProcessEvents()
  const router = createAllvMcpRouter({
    adapters: {
      ...createInMemoryAdapters({
        apiKeys: [
          {
            id: 'key_suite',
            workspaceId: WORKSPACE,
            name: 'suite',
            scopes: ['*'],
            members: [member.id],
            createdAt: new Date(),
            expiresAt: null,
            revokedAt: null,
            digest,
          },
        ],
        members: [member],
        tools: createToolProvider([
          ...createSuiteTools(events),
          ...createAskingTools(),
          ...createTaskTools(),
        ]),
      }),
      prompts: createSuitePrompts(),
      resources: createSuiteResources(),
      events,
    },
    secret: 'a secret for the conformance host only',
    rateLimit: false,
    onError: (error, { correlationId, code }) => console.error(correlationId, code, error),
  })
  const app = express()
  // The suites cannot send headers of their own, so the test host adds the key. Everything behind it is as ever.
  app.use((req, _res, next) => {
    req.headers['x-api-key'] ??= key
    next()
  })
  app.use(router)
  const server = createServer(app)
  await listening(server)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/workspaces/${WORKSPACE}/mcp`,
    async close() {
      await router.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}
