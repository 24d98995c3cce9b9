/** The MCP face: Express middleware that takes a POST from the front door to an era, and words every refusal. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { ERRORS } from '../error-table.js'
import { AllvError } from '../errors.js'
import { newId } from '../identity.js'
import type { AllvMcpOptions } from '../options.js'
import { callAdapter, toAllvError } from '../pipeline/adapter-call.js'
import type { Admitted, Received } from '../pipeline/context.js'
import { type ControlPlane, planeOf } from '../pipeline/control-plane.js'
import { enrich } from '../pipeline/enrich.js'
import { limit } from '../pipeline/limit.js'
import { admit } from '../pipeline/operations.js'
import type { Plane } from '../pipeline/plane.js'
import { type Accepts, readAccept } from './accept.js'
import { assertMediaType, assertPlain, type MaybeParsed, readBody } from './body.js'
import { type CallsInFlight, createCallsInFlight } from './calls-in-flight.js'
import { isModern, isModernVersion } from './envelope-2026.js'
import { hasBatches, isServed, negotiated, serve2025, versionOf } from './era-2025.js'
import { serve2026 } from './era-2026.js'
import { createExchange, sendEmpty, sendJson } from './exchange.js'
import { assertNoRepeats, readCredential, readSelector, readTrace, singleValue } from './headers.js'
import { createLifecycle, type Lifecycle } from './lifecycle.js'
import type { Listeners } from './listen.js'
import { type Incoming, readableId, readInitialize, readMessages } from './messages.js'
import { checkOrigin, preflightHeaders } from './origin.js'
import { matchRoute } from './route.js'
import { mintSession, openSession, type Session } from './sessions.js'
import { refusalHeaders, toErrorResponse } from './wire-errors.js'

/** Express middleware (4.18 or later, and 5), also usable as a plain `node:http` handler with a `next`. */
export interface AllvMcpRouter {
  (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void
  /** Stops taking calls (503), lets running ones finish, ends waits for approval with "pending", and resolves. */
  close(): Promise<void>
}

interface Face {
  readonly plane: Plane
  readonly lifecycle: Lifecycle
  readonly background: Received['background']
  readonly callsInFlight: CallsInFlight
  readonly listeners: Listeners
}

/**
 * Serves MCP at `POST {mount}/workspaces/:workspaceId/mcp`; other paths go on to the host's next handler.
 * Throws a TypeError at start-up for options that cannot work.
 */
export function createAllvMcpRouter(options: AllvMcpOptions | ControlPlane): AllvMcpRouter {
  const plane = planeOf(options)
  const lifecycle = createLifecycle()
  const face: Face = {
    plane,
    lifecycle,
    background: (work) => void lifecycle.run(work),
    callsInFlight: createCallsInFlight(plane.hub),
    listeners: new Map(),
  }

  function allvMcpRouter(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void {
    const route = matchRoute(req.url ?? '')
    if (route === null) next()
    else
      void face.lifecycle.run(() =>
        handle(face, req, res, route.kind === 'endpoint' ? route.workspaceId : null),
      )
  }
  return Object.assign(allvMcpRouter, { close: () => face.lifecycle.close() })
}

/** Never rejects: whatever goes wrong becomes an answer. */
async function handle(
  face: Face,
  req: MaybeParsed,
  res: ServerResponse,
  workspaceId: string | null,
): Promise<void> {
  const correlationId = newId('req')
  const parsed: { body?: unknown } = {}
  try {
    const origin = checkOrigin(face.plane.config, req)
    for (const [name, value] of origin.headers) res.setHeader(name, value)
    if (!origin.allowed) throw new AllvError('ORIGIN_NOT_ALLOWED')
    if (workspaceId === null) throw new AllvError('ROUTE_NOT_FOUND')
    if (req.method === 'OPTIONS') return sendEmpty(res, 204, preflightHeaders(req))
    if (req.method !== 'POST') throw new AllvError('METHOD_NOT_ALLOWED')
    await serve(face, req, res, { correlationId, workspaceId, parsed })
  } catch (error) {
    await refuse(req, res, { failure: toAllvError(face.plane, correlationId, error), parsed })
  }
}

async function refuse(
  req: MaybeParsed,
  res: ServerResponse,
  { failure, parsed }: { readonly failure: AllvError; readonly parsed: { readonly body?: unknown } },
): Promise<void> {
  const id = await idToEcho(failure, req, parsed)
  if (res.headersSent || res.destroyed) return void res.end()
  const era = isModernVersion(singleValue(req.headers['mcp-protocol-version'])) ? '2026' : '2025'
  // What a handler refuses travels on 200; here that is only a listen stream's refusal. The rest is refused as HTTP.
  const status = ERRORS[failure.code].wire === 'rpc' && failure.code !== 'INTERNAL' ? 200 : failure.status
  sendJson(res, status, toErrorResponse(failure, id, era), refusalHeaders(failure))
}

interface Arrival {
  readonly correlationId: string
  readonly workspaceId: string
  /** Filled when the body has been read, so that a refusal can echo its id. */
  readonly parsed: { body?: unknown }
}

async function serve(face: Face, req: MaybeParsed, res: ServerResponse, arrival: Arrival): Promise<void> {
  const { plane, listeners } = face
  const header = singleValue(req.headers['mcp-protocol-version'])
  const admitted = await admit(plane, receive(face, req, arrival, versionOf(header)))
  assertMediaType(req)
  const accepts = readAccept(req)
  const body = await readBody(req, plane.config.bodyLimitBytes)
  arrival.parsed.body = body
  assertPlain(body)
  const modern = isModern(body, header)
  const incoming = readMessages(body, !modern && hasBatches(versionOf(header)))
  if (!modern) return serveLegacy(face, req, res, { admitted, incoming, accepts })
  const [request] = incoming.requests
  if (incoming.responses.length > 0) throw new AllvError('INVALID_REQUEST')
  if (request === undefined) return sendEmpty(res, 202)
  const idempotencyKey = singleValue(req.headers['idempotency-key'])
  await serve2026({ plane, admitted, request, req, res, accepts, listeners, idempotencyKey })
}

interface Legacy {
  readonly admitted: Admitted
  readonly incoming: Incoming
  readonly accepts: Accepts
}

async function serveLegacy(face: Face, req: MaybeParsed, res: ServerResponse, legacy: Legacy): Promise<void> {
  const { plane, callsInFlight } = face
  const { incoming, accepts } = legacy
  const version = versionOf(singleValue(req.headers['mcp-protocol-version']))
  const [first] = incoming.requests
  const initialize = first === undefined ? null : readInitialize(first)
  // initialize negotiates the version in its params; everything after it must name one that is served.
  if (!isServed(version) && initialize === null) throw new AllvError('UNSUPPORTED_PROTOCOL_VERSION')
  const sessionId = initialize === null ? singleValue(req.headers['mcp-session-id']) : undefined
  const session = sessionId === undefined ? null : await openSession(plane, legacy.admitted, sessionId)
  const admitted = enrich(legacy.admitted, { era: version, client: session?.client ?? null, trace: null })
  if (incoming.batch) await countRest(plane, admitted, incoming)
  if (incoming.notifications.length + incoming.responses.length > 0)
    await passOn(face, admitted, incoming, session)
  if (incoming.requests.length === 0) return sendEmpty(res, 202)
  if (initialize !== null) {
    const id = await mintSession(plane, admitted, initialize, negotiated(initialize.params.protocolVersion))
    if (id !== null) res.setHeader('Mcp-Session-Id', id)
  }
  const exchange = createExchange(res, {
    ids: incoming.requests.map(({ id }) => id),
    batch: incoming.batch,
    accepts,
  })
  const idempotencyKey = incoming.batch ? undefined : singleValue(req.headers['idempotency-key'])
  await serve2025({
    plane,
    admitted,
    incoming,
    exchange,
    accepts,
    callsInFlight,
    session,
    version,
    idempotencyKey,
  })
}

function receive(
  face: Face,
  req: IncomingMessage,
  { correlationId, workspaceId }: Arrival,
  era: string,
): Received {
  assertNoRepeats(req)
  return {
    correlationId,
    face: 'mcp',
    era,
    claimedWorkspaceId: workspaceId,
    presented: readCredential(req),
    selector: readSelector(req),
    client: null,
    trace: readTrace(req),
    closing: face.lifecycle.closing,
    background: face.background,
  }
}

/** A batch counts as what it holds. */
async function countRest(plane: Plane, admitted: Admitted, { requests }: Incoming): Promise<void> {
  for (const _ of requests.slice(1)) await limit(plane, admitted)
}

/** Cancellations go to the caller's own calls, answers to whichever node waits for them. */
async function passOn(
  { plane, callsInFlight }: Face,
  { context, correlationId }: Admitted,
  incoming: Incoming,
  session: Session | null,
): Promise<void> {
  for (const { method, params } of incoming.notifications) {
    const id = params?.['requestId']
    if (method === 'notifications/cancelled' && (typeof id === 'string' || typeof id === 'number'))
      await callAdapter(plane, correlationId, () =>
        callsInFlight.cancel({ context, session: session?.name ?? null }, id),
      ).catch(() => {})
  }
  const { workspaceId, member } = context
  for (const { id: requestId, response } of incoming.responses) {
    await callAdapter(plane, correlationId, () =>
      plane.hub.publish({ type: 'client_answered', workspaceId, memberId: member.id, requestId, response }),
    )
  }
}

/** The longest body that is read only to echo its id in a refusal, and how long that may take. */
const ECHO_LIMIT_BYTES = 64 * 1024
const ECHO_LIMIT_MS = 1000

/** MCP clients tell servers apart by the answer to their own id, so it is echoed wherever it can be read. */
async function idToEcho(
  failure: AllvError,
  req: MaybeParsed,
  parsed: { body?: unknown },
): Promise<RequestId | undefined> {
  if (parsed.body !== undefined) return readableId(parsed.body)
  const unread =
    req.method === 'POST' && failure.code !== 'ORIGIN_NOT_ALLOWED' && !UNREADABLE.has(failure.code)
  if (!unread) return undefined
  const late = new Promise<undefined>((resolve) =>
    setTimeout(() => resolve(undefined), ECHO_LIMIT_MS).unref(),
  )
  return Promise.race([readBody(req, ECHO_LIMIT_BYTES).then(readableId, () => undefined), late])
}

const UNREADABLE: ReadonlySet<string> = new Set(['BODY_TOO_LARGE', 'PARSE_ERROR', 'UNSUPPORTED_MEDIA_TYPE'])
