/** Serves the protected resource metadata of endpoints that take access tokens: RFC 9728. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { callAdapter } from '../../control-plane/runtime/adapter-call.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import { newId } from '../../foundation/crypto/api-key.js'
import { isAllvError } from '../../foundation/errors/allv-error.js'
import { ERRORS } from '../../foundation/errors/catalogue.js'
import type { OAuthConfig } from '../../oauth/options/oauth-config.js'
import { type Resource, resourceOf } from '../../oauth/resource.js'
import { PROOF_ALGORITHMS } from '../../oauth/tokens/dpop.js'
import { matchRoute, splitTarget } from './route.js'

/** The documents that clients look for at an origin, and that only exist with a path, or at an authorization server. */
const PROBES =
  /^\/\.well-known\/(oauth-protected-resource|oauth-authorization-server|openid-configuration)(\/[^?#]*)?(?:[?#].*)?$/

/**
 * Middleware for the root of the origin. It serves the metadata of the endpoints, and a JSON 404 where clients look for other documents below the
 * mount point: a web page in its place makes them give up. Everything else goes on.
 */
export function createWellKnown(runtime: Runtime) {
  const { oauth, publicUrl } = runtime.config
  return function allvMcpWellKnown(
    req: IncomingMessage,
    res: ServerResponse,
    next: (error?: unknown) => void,
  ): void {
    const match = oauth === null || publicUrl === null ? null : PROBES.exec(splitTarget(req.url ?? '').path)
    if (match === null || oauth === null || publicUrl === null) {
      next()
      return
    }
    const [, name = '', found = ''] = match
    const path = found === '/' ? '' : found
    const mount = publicUrl.pathname.replace(/\/+$/, '')
    const isBelow = path.toLowerCase().startsWith(`${mount.toLowerCase()}/`)
    const route = isBelow ? matchRoute(path.slice(mount.length), oauth) : null
    const endpoint = route?.kind === 'endpoint' && route.takes === 'tokens' ? route : null
    if (name === 'oauth-protected-resource' && endpoint !== null)
      void serveMetadata(runtime, { req, res, workspaceId: endpoint.workspaceId })
    else if (route !== null || (name === 'oauth-protected-resource' && path === '')) sendNotFound(res)
    else next()
  }
}

/** Answers a request for the metadata of one endpoint. Never rejects. */
export async function serveMetadata(
  runtime: Runtime,
  {
    req,
    res,
    workspaceId,
  }: { readonly req: IncomingMessage; readonly res: ServerResponse; readonly workspaceId: string | null },
): Promise<void> {
  const { oauth, publicUrl } = runtime.config
  res.setHeader('Access-Control-Allow-Origin', '*')
  if (oauth === null || publicUrl === null) return sendNotFound(res)
  if (req.method === 'OPTIONS') return sendPreflight(res)
  if (req.method !== 'GET' && req.method !== 'HEAD') return sendNotAllowed(res)
  const resource = resourceOf(publicUrl, oauth.endpoint, workspaceId)
  try {
    const issuers = await callAdapter(runtime, newId('req'), async () => oauth.issuersOf(workspaceId ?? ''))
    const document = metadataOf(
      oauth,
      resource,
      issuers.map(({ issuer }) => issuer),
    )
    send(res, 200, document, { 'Cache-Control': 'public, max-age=300' })
  } catch (error) {
    const { code } = isAllvError(error) ? error : { code: 'INTERNAL' as const }
    send(res, ERRORS[code].status, { error: code }, { 'Retry-After': '5', 'Cache-Control': 'no-store' })
  }
}

/** The document of one endpoint. It is the same for every workspace, so it does not say which exist. */
function metadataOf(oauth: OAuthConfig, { resource }: Resource, issuers: readonly string[]) {
  const { resourceName, documentationUrl, dpop } = oauth
  return {
    resource,
    authorization_servers: issuers,
    scopes_supported: oauth.scopes.defaults,
    bearer_methods_supported: ['header'],
    ...(resourceName === null ? {} : { resource_name: resourceName }),
    ...(documentationUrl === null ? {} : { resource_documentation: documentationUrl }),
    ...(dpop === false
      ? {}
      : {
          dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
          dpop_bound_access_tokens_required: dpop === 'require',
        }),
  }
}

function sendPreflight(res: ServerResponse): void {
  res
    .writeHead(204, {
      Allow: 'GET, HEAD, OPTIONS',
      'Access-Control-Allow-Methods': 'GET, HEAD',
      'Access-Control-Allow-Headers': 'MCP-Protocol-Version',
      'Access-Control-Max-Age': '600',
    })
    .end()
}

function sendNotAllowed(res: ServerResponse): void {
  send(
    res,
    405,
    { error: 'METHOD_NOT_ALLOWED' },
    { Allow: 'GET, HEAD, OPTIONS', 'Cache-Control': 'no-store' },
  )
}

function sendNotFound(res: ServerResponse): void {
  send(res, 404, { error: 'ROUTE_NOT_FOUND' }, { 'Cache-Control': 'no-store' })
}

/** Node leaves out the body of an answer to HEAD. */
function send(
  res: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>>,
): void {
  const text = JSON.stringify(body)
  res
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    })
    .end(text)
}
