/** The MCP endpoint as Express middleware: checks a POST, hands it to its protocol era and answers every refusal. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { admit, admitLate, assertCredential } from '../control-plane/admission/admit.js'
import { auditRefusal } from '../control-plane/request/refusals.js'
import type { Reached, Received } from '../control-plane/request/stages.js'
import { type ControlPlane, runtimeOf } from '../control-plane/runtime/control-plane.js'
import type { Lifecycle } from '../control-plane/runtime/lifecycle.js'
import type { AllvMcpOptions } from '../control-plane/runtime/options.js'
import type { Runtime } from '../control-plane/runtime/runtime.js'
import { AllvError } from '../foundation/errors/allv-error.js'
import { checkOAuth, type OAuthFinding } from '../oauth/oauth-check.js'
import { resourceOf } from '../oauth/resource.js'
import { serveMessages } from './era-2025/entry.js'
import { hasBatches, versionOf } from './era-2025/versions.js'
import { isModern } from './era-2026/envelope.js'
import { createListening, type Listening } from './era-2026/listen.js'
import { serve2026 } from './era-2026/serve.js'
import { readAccept } from './http/accept.js'
import { assertMediaType, assertPlain, readBody } from './http/body.js'
import { shareHiddenClasses } from './http/express-shapes.js'
import { idempotencyKeyIn, readHead, readTrace } from './http/headers.js'
import {
  assertNoRepeats,
  createIdentityHeaders,
  type IdentityHeaders,
  readSelector,
} from './http/identity-headers.js'
import { checkOrigin, preflightHeaders } from './http/origin.js'
import { endWithConnection } from './http/pipelined.js'
import { readPresented } from './http/presented.js'
import { createWellKnown, serveMetadata } from './http/resource-metadata.js'
import { ResponseWriter } from './http/response-writer.js'
import { matchRoute, type Route } from './http/route.js'
import { sendEmpty } from './http/send.js'
import { singleValue } from './http/single-value.js'
import { UnsentLedger } from './http/unsent-ledger.js'
import { createInFlightRequests, type InFlightRequests } from './jsonrpc/in-flight-requests.js'
import { readMessages } from './jsonrpc/messages.js'
import { type Refused, refuse } from './refuse.js'
import { nameOf, type RequestIds, readRequestIds } from './request-ids.js'

/**
 * Express middleware (4.18 or later, and 5). It also works as a plain `node:http` handler with a `next`.
 *
 * @example
 * const router: AllvMcpRouter = createAllvMcpRouter({ adapters, secret })
 * const server = createServer((req, res) => router(req, res, () => res.writeHead(404).end()))
 */
export interface AllvMcpRouter {
  /** Serves a request for the MCP endpoint and calls `next` for any other path. */
  (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void
  /**
   * Takes no more calls (503, SHUTTING_DOWN), ends waits for an approval with "pending" and listen streams with their result, lets running tools
   * finish, and resolves when nothing runs any more. May be called more than once; never rejects. Other faces of the control plane go on.
   */
  close(): Promise<void>
  /**
   * Middleware for the root of the origin, before any catch-all: `app.use(router.wellKnown)`. It serves the metadata by which clients find the
   * authorization server (RFC 9728). Without the option `oauth` it passes everything on.
   */
  readonly wellKnown: (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void
  /**
   * Checks the OAuth set-up as clients see it: the metadata and keys of the authorization servers, and this server's own metadata through
   * `publicUrl`. For a health page, not for each request. Rejects with a TypeError without the option `oauth`.
   */
  oauthCheck(query: { readonly workspaceId: string }): Promise<readonly OAuthFinding[]>
}

/** What all requests of one router share. */
interface RouterState {
  readonly runtime: Runtime
  readonly lifecycle: Lifecycle
  /** Runs work that `close` waits for. */
  readonly background: Received['background']
  readonly inFlightRequests: InFlightRequests
  readonly listening: Listening
  readonly ledger: UnsentLedger
  readonly identity: IdentityHeaders
}

/**
 * Serves MCP at `POST {mount}/workspaces/:workspaceId/mcp`. Other paths go to the host's next handler.
 * Throws a TypeError at start-up for invalid options.
 *
 * @example
 * app.use('/api', createAllvMcpRouter({ adapters, secret }))
 * // The endpoint is POST /api/workspaces/:workspaceId/mcp.
 */
export function createAllvMcpRouter<Extra = unknown>(
  options: AllvMcpOptions<Extra> | ControlPlane,
): AllvMcpRouter {
  const runtime = runtimeOf(options)
  const lifecycle = runtime.lifecycle.under()
  const state: RouterState = {
    runtime,
    lifecycle,
    background: lifecycle.run,
    inFlightRequests: createInFlightRequests(runtime.eventBus),
    listening: createListening(),
    ledger: new UnsentLedger(runtime.config.maxUnsentBytes),
    identity: createIdentityHeaders(runtime.config.brand),
  }

  function allvMcpRouter(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void {
    const route = matchRoute(req.url ?? '', runtime.config.oauth)
    if (route === null) {
      next()
      return
    }
    if (route.kind === 'metadata') {
      void serveMetadata(runtime, { req, res, workspaceId: route.workspaceId })
      return
    }
    shareHiddenClasses(req, res)
    endWithConnection(req, res)
    const writer = new ResponseWriter(res, state.ledger, state.identity.vary)
    void handle(state, { req, res, writer, head: readHead(req), route })
  }
  return Object.assign(allvMcpRouter, {
    close: () => state.lifecycle.close(),
    wellKnown: createWellKnown(runtime),
    oauthCheck: async ({ workspaceId }: { readonly workspaceId: string }) =>
      runOAuthCheck(runtime, workspaceId),
  })
}

async function runOAuthCheck(
  { config: { oauth, publicUrl }, tokens: verifier }: Runtime,
  workspaceId: string,
): Promise<readonly OAuthFinding[]> {
  if (oauth === null || publicUrl === null || verifier === null)
    throw new TypeError('oauthCheck needs the option oauth')
  return checkOAuth({ oauth, publicUrl, verifier, workspaceId })
}

/** One HTTP request and its response. */
interface HttpExchange extends Refused {
  readonly res: ServerResponse
  readonly route: NonNullable<Route>
}

/** Never rejects: every error becomes a response. */
async function handle(state: RouterState, exchange: HttpExchange): Promise<void> {
  const { writer, head, route } = exchange
  const ids = readRequestIds(head, route)
  const { parsed } = ids
  state.lifecycle.enter()
  try {
    const origin = checkOrigin(state.runtime.config, head, route.authority)
    for (const [name, value] of Object.entries(origin.headers)) writer.setHeader(name, value)
    if (!origin.allowed) throw new AllvError('ORIGIN_NOT_ALLOWED')
    if (route.kind === 'nowhere') throw new AllvError('ROUTE_NOT_FOUND')
    if (head.method === 'OPTIONS')
      return sendEmpty(
        writer,
        204,
        preflightHeaders(state.identity, { headers: head.headers, takesProofs: takesProofs(state.runtime) }),
      )
    if (head.method !== 'POST') throw await otherMethod(state, exchange, ids)
    await serve(state, exchange, ids)
  } catch (error) {
    const operation = nameOf(ids)
    const failure = await auditRefusal(state.runtime, ids.reached, { operation, error })
    await refuse(exchange, { failure, parsed })
  } finally {
    state.lifecycle.leave()
  }
}

function takesProofs({ config: { oauth } }: Runtime): boolean {
  return oauth !== null && oauth.dpop !== false
}

/**
 * The refusal of another method. Some clients look for the challenge in the answer to a GET, so where tokens are taken the credential is checked
 * first.
 */
async function otherMethod(
  state: RouterState,
  exchange: HttpExchange,
  { reached }: RequestIds,
): Promise<AllvError> {
  const { route } = exchange
  if (route.kind === 'endpoint' && route.takes === 'tokens')
    await assertCredential(state.runtime, receive(state, exchange, reached))
  return new AllvError('METHOD_NOT_ALLOWED')
}

async function serve(state: RouterState, exchange: HttpExchange, ids: RequestIds): Promise<void> {
  const { runtime, listening } = state
  const { req, res, writer, head } = exchange
  const header = singleValue(head, 'mcp-protocol-version')
  const first = await admit(runtime, receive(state, exchange, ids.reached))
  ids.reached = first
  writer.belongsTo(first.context)
  assertMediaType(req, head)
  const accepts = readAccept(head)
  const { bodyLimitBytes: bytes, bodyTimeoutMs: ms } = runtime.config
  const { value: body, late } = await readBody(req, head, { bytes, ms, closing: first.received.closing })
  ids.parsed.body = body
  const admitted = late ? await admitLate(runtime, first) : first
  assertPlain(body)
  const modern = isModern(body, header)
  const read = readMessages(body, !modern && hasBatches(versionOf(header)))
  const incoming = read instanceof Promise ? await read : read
  if (!modern) return await serveMessages(state, { writer, head, admitted, incoming, accepts })
  const [request] = incoming.requests
  if (incoming.responses.length > 0) throw new AllvError('INVALID_REQUEST')
  if (request === undefined) return sendEmpty(writer, 202)
  const idempotencyKey = idempotencyKeyIn(head)
  await serve2026({ runtime, admitted, request, head, res, writer, accepts, listening, idempotencyKey })
}

function receive(state: RouterState, { req, head, route }: HttpExchange, reached: Reached): Received {
  const { config } = state.runtime
  const { oauth, publicUrl } = config
  const takesTokens = route.kind === 'endpoint' && route.takes === 'tokens'
  const resource =
    takesTokens && oauth !== null && publicUrl !== null
      ? resourceOf(publicUrl, oauth.endpoint, route.workspaceId)
      : null
  assertNoRepeats(state.identity, head)
  const { correlationId, era, claimedWorkspaceId } = reached.received
  return {
    correlationId,
    face: 'mcp',
    era,
    claimedWorkspaceId,
    presented: readPresented(config, {
      req,
      head,
      resource,
      workspaceId: route.kind === 'nowhere' ? null : route.workspaceId,
    }),
    resource,
    selector: readSelector(state.identity, head),
    client: null,
    trace: readTrace(head),
    closing: state.lifecycle.closing,
    background: state.background,
  }
}
