/** A host with OAuth for tests: the world of the other tests, its people linked to an authorization server, over real HTTP. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AllvMcpRouter, OAuthOptions } from 'allv-mcp'
import express from 'express'
import { createWorld, type World, type WorldOptions } from '../support/world.js'
import { startIssuer, type TestIssuer } from './issuer.js'

export const SCOPES: OAuthOptions['scopes'] = {
  'crm.read': { grants: ['deals:read'], default: true },
  'crm.write': { grants: ['deals:write'], implies: ['crm.read'] },
  'memory.read': { grants: ['memory:read'], default: true },
  'memory.write': { grants: ['memory:write'], implies: ['memory.read'] },
}

export interface OAuthWorld {
  readonly issuer: TestIssuer
  readonly world: World
  readonly router: AllvMcpRouter
  readonly origin: string
  /** The endpoint for tokens of a workspace. */
  endpoint(workspaceId?: string): string
  /** A token for a workspace, of `sub_maria` unless the claims say otherwise. */
  tokenFor(claims?: Readonly<Record<string, unknown>>, workspaceId?: string): Promise<string>
  /** Posts one request of the 2025 era. */
  post(authorization: string | null, request?: Partial<Request2025>): Promise<Answer>
  close(): Promise<void>
}

interface Request2025 {
  readonly url: string
  readonly method: string
  readonly params: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly http: string
}

interface Answer {
  readonly status: number
  readonly challenge: string | null
  readonly code: string | undefined
  readonly headers: Headers
  readonly json: {
    readonly result?: Record<string, unknown>
    readonly error?: { readonly data?: Record<string, unknown> }
  }
}

export async function startOAuthWorld(
  oauth: Partial<OAuthOptions> = {},
  options: WorldOptions = {},
): Promise<OAuthWorld> {
  const issuer = await startIssuer()
  const app = express()
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const world = createWorld({
    publicUrl: `${origin}/api`,
    oauth: { issuers: [{ issuer: issuer.issuer }], scopes: SCOPES, ...oauth },
    ...options,
  })
  for (const [workspaceId, name] of [
    ['ws_acme', 'maria'],
    ['ws_acme', 'omar'],
    ['ws_acme', 'ivan'],
    ['ws_globex', 'lin'],
  ] as const)
    world.adapters.members.link({
      workspaceId,
      issuer: issuer.issuer,
      subject: `sub_${name}`,
      memberId: `mem_${name}`,
    })
  const router = world.router()
  app.use(router.wellKnown)
  app.use('/api', router)
  app.use((_req, res) => void res.status(200).send('<html>the app</html>'))
  const endpoint = (workspaceId = 'ws_acme') =>
    `${origin}/api/workspaces/${workspaceId}/mcp${oauth.endpoint === 'same' ? '' : '/oauth'}`
  return {
    issuer,
    world,
    router,
    origin,
    endpoint,
    tokenFor: (claims = {}, workspaceId = 'ws_acme') =>
      issuer.token({ claims: { aud: endpoint(workspaceId), ...claims } }),
    post: (authorization, request) => post(endpoint(), authorization, request),
    async close() {
      server.close()
      await router.close()
      server.closeAllConnections()
      await issuer.close()
    },
  }
}

async function post(
  endpoint: string,
  authorization: string | null,
  {
    url = endpoint,
    method = 'tools/list',
    params = {},
    headers = {},
    http = 'POST',
  }: Partial<Request2025> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: http,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(authorization === null ? {} : { authorization }),
      ...headers,
    },
    ...(http === 'POST' ? { body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) } : {}),
  })
  const text = await response.text()
  const json = text.startsWith('{') ? JSON.parse(text) : {}
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    code: json.error?.data?.code,
    headers: response.headers,
    json,
  }
}
