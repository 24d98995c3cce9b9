/** An endpoint of the library that records what the programs send. */

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAllvMcpRouter, createToolProvider, defineTool, digestApiKey } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'

/** Both are accepted. The second is bound to one member. */
export const KEYS = { any: 'sk_test_any_member', bound: 'sk_test_one_member' } as const
export const MEMBER = 'maria@acme.test'

/** One POST to the endpoint. */
export interface Seen {
  readonly authorization: string | undefined
  readonly member: string | undefined
  readonly status: number
}

export interface Endpoint {
  readonly url: string
  /** Since the last `forget`. */
  readonly seen: () => readonly Seen[]
  /** Whether a client has listed the tools since then. */
  readonly listed: () => boolean
  readonly forget: () => void
  readonly close: () => void
}

const record = (id: string, key: string, members: 'any' | readonly string[]) => ({
  id,
  workspaceId: 'ws_acme',
  scopes: ['*'],
  members,
  expiresAt: null,
  revokedAt: null,
  digest: digestApiKey(key),
})

const tools = createToolProvider([
  defineTool({
    name: 'deals.count',
    description: 'Counts the deals of the workspace.',
    input: { type: 'object', properties: {}, additionalProperties: false },
    run: async () => '3',
  }),
])

export async function openEndpoint(): Promise<Endpoint> {
  const adapters = createInMemoryAdapters({
    apiKeys: [record('key_any', KEYS.any, 'any'), record('key_bound', KEYS.bound, ['mem_maria'])],
    members: [{ id: 'mem_maria', workspaceId: 'ws_acme', email: MEMBER, active: true }],
    tools,
  })
  let seen: Seen[] = []
  let before = 0
  const router = createAllvMcpRouter({ adapters, rateLimit: false })
  const server = createServer((request, response) => {
    if (isCall(request)) {
      const { authorization, 'x-allv-user-email': member } = request.headers
      response.once('finish', () => {
        seen.push({ authorization, member: member?.toString(), status: response.statusCode })
      })
    }
    router(request, response, () => response.writeHead(404).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const lists = () => adapters.audit.events.filter(({ type }) => type === 'tools.listed').length
  return {
    url: `http://127.0.0.1:${port}/workspaces/ws_acme/mcp`,
    seen: () => seen,
    listed: () => lists() > before,
    forget: () => {
      seen = []
      before = lists()
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Clients also look for OAuth, and open streams. */
const isCall = ({ method, url = '' }: IncomingMessage) => method === 'POST' && url.startsWith('/workspaces/')
