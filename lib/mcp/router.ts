/** The MCP face: Express middleware that takes a POST from the front door to an era, and words every refusal. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { AllvError } from '../errors.js'
import { newId } from '../identity.js'
import type { AllvMcpOptions } from '../options.js'
import { toAllvError } from '../pipeline/adapter-call.js'
import type { Admitted, Received } from '../pipeline/context.js'
import { type ControlPlane, planeOf } from '../pipeline/control-plane.js'
import { limit } from '../pipeline/limit.js'
import { admit } from '../pipeline/operations.js'
import type { Plane } from '../pipeline/plane.js'
import { type Accepts, readAccept } from './accept.js'
import { assertMediaType, type MaybeParsed, readBody } from './body.js'
import { type CallsInFlight, createCallsInFlight } from './calls-in-flight.js'
import { hasBatches, serve2025, VERSIONS_2025, versionOf } from './era-2025.js'
import { createExchange, sendEmpty, sendJson } from './exchange.js'
import { assertNoRepeats, readCredential, readSelector, readTrace, singleValue } from './headers.js'
import { createLifecycle, type Lifecycle } from './lifecycle.js'
import { type Incoming, isInitialize, readableId, readMessages } from './messages.js'
import { checkOrigin, preflightHeaders } from './origin.js'
import { matchRoute } from './route.js'
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
  readonly callsInFlight: CallsInFlight
}

/**
 * Serves MCP at `POST {mount}/workspaces/:workspaceId/mcp`; other paths go on to the host's next handler.
 * Throws a TypeError at start-up for options that cannot work.
 */
export function createAllvMcpRouter(options: AllvMcpOptions | ControlPlane): AllvMcpRouter {
  const face: Face = {
    plane: planeOf(options),
    lifecycle: createLifecycle(),
    callsInFlight: createCallsInFlight(),
  }

  function allvMcpRouter(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void {
    const route = matchRoute(req.url ?? '')
    if (route === null) return next()
    const workspaceId = route.kind === 'endpoint' ? route.workspaceId : null
    void face.lifecycle.run(() => handle(face, req, res, workspaceId))
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
    for (const [name, value] of Object.entries(origin.headers)) res.setHeader(name, value)
    if (!origin.allowed) throw new AllvError('ORIGIN_NOT_ALLOWED')
    if (workspaceId === null) throw new AllvError('ROUTE_NOT_FOUND')
    if (req.method === 'OPTIONS') return sendEmpty(res, 204, preflightHeaders(req))
    if (req.method !== 'POST') throw new AllvError('METHOD_NOT_ALLOWED')
    await serve(face, req, res, { correlationId, workspaceId, parsed })
  } catch (error) {
    const failure = toAllvError(face.plane, correlationId, error)
    if (res.headersSent) res.end()
    else
      sendJson(
        res,
        failure.status,
        toErrorResponse(failure, await idToEcho(failure, req, parsed)),
        refusalHeaders(failure),
      )
  }
}

interface Arrival {
  readonly correlationId: string
  readonly workspaceId: string
  /** Filled when the body has been read, so that a refusal can echo its id. */
  readonly parsed: { body?: unknown }
}

async function serve(face: Face, req: MaybeParsed, res: ServerResponse, arrival: Arrival): Promise<void> {
  const { plane, callsInFlight } = face
  const version = versionOf(singleValue(req.headers['mcp-protocol-version']))
  const admitted = await admit(plane, receive(face, req, arrival, version))
  assertMediaType(req)
  const accepts = readAccept(req)
  arrival.parsed.body = await readBody(req, plane.config.bodyLimitBytes)
  const incoming = readMessages(arrival.parsed.body, hasBatches(version))
  assertVersion(incoming, version)
  await countRest(plane, admitted, incoming)
  cancelRequested(face, admitted, incoming)
  if (incoming.requests.length === 0) return sendEmpty(res, 202)
  await serve2025({
    plane,
    admitted,
    incoming,
    exchange: createExchange(res, exchangeOptions(incoming, accepts)),
    callsInFlight,
    idempotencyKey: incoming.batch ? undefined : singleValue(req.headers['idempotency-key']),
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
  }
}

/** `initialize` negotiates the version in its params; everything after it must name one that is served. */
function assertVersion({ requests }: Incoming, version: string): void {
  if (!VERSIONS_2025.includes(version) && !requests.some(isInitialize))
    throw new AllvError('UNSUPPORTED_PROTOCOL_VERSION')
}

/** A batch counts as what it holds. */
async function countRest(plane: Plane, admitted: Admitted, { requests }: Incoming): Promise<void> {
  for (const _ of requests.slice(1)) await limit(plane, admitted)
}

function cancelRequested({ callsInFlight }: Face, { context }: Admitted, { notifications }: Incoming): void {
  for (const { method, params } of notifications) {
    const id = params?.['requestId']
    if (method === 'notifications/cancelled' && (typeof id === 'string' || typeof id === 'number'))
      callsInFlight.cancel(context, id)
  }
}

function exchangeOptions({ requests, batch }: Incoming, accepts: Accepts) {
  return { ids: requests.map(({ id }) => id), batch, accepts }
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
