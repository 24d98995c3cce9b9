/** The host that the official suites run against: their fixtures, behind real authentication. */

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createAllvMcpRouter, createInProcessEvents, createToolProvider, generateApiKey } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import express from 'express'
import { createAskingTools } from './asking-tools.js'
import { createSuitePrompts } from './prompts.js'
import { createSuiteResources } from './resources.js'
import { createTaskTools } from './task-tools.js'
import type { TokenAccess } from './token-access.js'
import { createSuiteTools } from './tools.js'

const WORKSPACE = 'ws_conformance'

export interface ConformanceHost {
  readonly url: string
  close(): Promise<void>
}

/** With `access`, the suites come with an access token, and else with a key. */
export async function startConformanceHost(access: TokenAccess | null = null): Promise<ConformanceHost> {
  const { key, digest } = generateApiKey({ mode: 'test' })
  const member = { id: 'mem_suite', workspaceId: WORKSPACE, email: 'suite@conformance.test', active: true }
  const events = createInProcessEvents()
  const app = express()
  const server = createServer(app)
  await listening(server)
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const url = `${origin}/workspaces/${WORKSPACE}/mcp${access === null ? '' : '/oauth'}`
  const stores = createInMemoryAdapters({
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
    tools: createToolProvider([...createSuiteTools(events), ...createAskingTools(), ...createTaskTools()]),
  })
  if (access !== null) {
    const { issuer, subject } = access
    stores.members.link({ workspaceId: WORKSPACE, issuer, subject, memberId: member.id })
  }
  const router = createAllvMcpRouter({
    adapters: {
      ...stores,
      prompts: createSuitePrompts(),
      resources: createSuiteResources(),
      events,
    },
    secret: 'a secret for the conformance host only',
    rateLimit: false,
    ...(access === null ? {} : { publicUrl: origin, oauth: access.oauth }),
    onError: (error, { correlationId, code }) => console.error(correlationId, code, error),
  })
  const send = access === null ? sendKey(key) : sendToken(await access.tokenFor(url))
  // The suites cannot send headers of their own, so the test host adds the credential. Everything behind it is as ever.
  app.use((req, _res, next) => {
    send(req)
    next()
  })
  app.use(router)
  return {
    url,
    async close() {
      await router.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

const sendKey = (key: string) => (req: IncomingMessage) => {
  req.headers['x-api-key'] ??= key
}

const sendToken = (token: string) => (req: IncomingMessage) => {
  req.headers.authorization ??= `Bearer ${token}`
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}
