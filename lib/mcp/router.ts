/** The MCP face: Express middleware that takes a POST from the front door to an era, and words every refusal. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import { countFurther } from '../control-plane/admission/rate-limit.js'
import { admit, admitLate } from '../control-plane/operations/call-tool.js'
import type { Reached } from '../control-plane/request/audit.js'
import { withClientInfo } from '../control-plane/request/client-info.js'
import { operation } from '../control-plane/request/operation.js'
import { auditRefusal } from '../control-plane/request/refusals.js'
import type { Admitted, Received } from '../control-plane/request/stages.js'
import { callAdapter } from '../control-plane/runtime/adapter-call.js'
import { type ControlPlane, runtimeOf } from '../control-plane/runtime/control-plane.js'
import type { AllvMcpOptions } from '../control-plane/runtime/options.js'
import type { Runtime } from '../control-plane/runtime/runtime.js'
import { AllvError } from '../foundation/errors/allv-error.js'
import { hasBatches, isServed, negotiated, serve2025, versionOf } from './era-2025/serve.js'
import { mintSession, openSession, type Session } from './era-2025/sessions.js'
import { isModern } from './era-2026/envelope.js'
import { createListening, type Listening } from './era-2026/listen.js'
import { serve2026 } from './era-2026/serve.js'
import { type Accepts, readAccept } from './http/accept.js'
import { assertMediaType, assertPlain, readBody } from './http/body.js'
import { shareHiddenClasses } from './http/express-shapes.js'
import { createLifecycle, type Lifecycle } from './http/graceful-shutdown.js'
import {
  assertNoRepeats,
  type Head,
  readCredential,
  readHead,
  readSelector,
  readTrace,
} from './http/headers.js'
import { checkOrigin, preflightHeaders } from './http/origin.js'
import { endWithConnection } from './http/pipelined.js'
import { ResponseWriter } from './http/response-writer.js'
import { matchRoute, type Route } from './http/route.js'
import { sendEmpty } from './http/send.js'
import { singleValue } from './http/single-value.js'
import { UnsentLedger } from './http/unsent-ledger.js'
import { Exchange } from './jsonrpc/exchange.js'
import { type CallsInFlight, createCallsInFlight } from './jsonrpc/in-flight-requests.js'
import { type Incoming, isShort, readInitialize, readMessages } from './jsonrpc/messages.js'
import { type Refused, refuse } from './refuse.js'
import { nameOf, type RequestIds, readRequestIds } from './request-ids.js'

/** Express middleware (4.18 or later, and 5), also usable as a plain `node:http` handler with a `next`. */
export interface AllvMcpRouter {
  (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void
  /** Stops taking calls (503), lets running ones finish, ends waits for approval with "pending", and resolves. */
  close(): Promise<void>
}

interface RouterState {
  readonly runtime: Runtime
  readonly lifecycle: Lifecycle
  readonly background: Received['background']
  readonly callsInFlight: CallsInFlight
  readonly listening: Listening
  readonly ledger: UnsentLedger
}

/**
 * Serves MCP at `POST {mount}/workspaces/:workspaceId/mcp`; other paths go on to the host's next handler.
 * Throws a TypeError at start-up for options that cannot work.
 */
export function createAllvMcpRouter(options: AllvMcpOptions | ControlPlane): AllvMcpRouter {
  const runtime = runtimeOf(options)
  const lifecycle = createLifecycle()
  const face: RouterState = {
    runtime,
    lifecycle,
    background: lifecycle.run,
    callsInFlight: createCallsInFlight(runtime.eventBus),
    listening: createListening(),
    ledger: new UnsentLedger(runtime.config.maxUnsentBytes),
  }

  function allvMcpRouter(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void {
    const route = matchRoute(req.url ?? '')
    if (route === null) {
      next()
      return
    }
    shareHiddenClasses(req, res)
    endWithConnection(req, res)
    const writer = new ResponseWriter(res, face.ledger)
    void handle(face, { req, res, writer, head: readHead(req), route })
  }
  return Object.assign(allvMcpRouter, { close: () => face.lifecycle.close() })
}

interface HttpExchange extends Refused {
  readonly res: ServerResponse
  readonly route: NonNullable<Route>
}

/** Never rejects: whatever goes wrong becomes an answer. */
async function handle(face: RouterState, visit: HttpExchange): Promise<void> {
  const { writer, head, route } = visit
  const arrival = readRequestIds(head, route)
  const { parsed } = arrival
  face.lifecycle.enter()
  try {
    const origin = checkOrigin(face.runtime.config, head, route.authority)
    for (const [name, value] of Object.entries(origin.headers)) writer.setHeader(name, value)
    if (!origin.allowed) throw new AllvError('ORIGIN_NOT_ALLOWED')
    if (route.kind === 'nowhere') throw new AllvError('ROUTE_NOT_FOUND')
    if (head.method === 'OPTIONS') return sendEmpty(writer, 204, preflightHeaders(head))
    if (head.method !== 'POST') throw new AllvError('METHOD_NOT_ALLOWED')
    await serve(face, visit, arrival)
  } catch (error) {
    const operation = nameOf(arrival)
    const failure = await auditRefusal(face.runtime, arrival.reached, { operation, error })
    await refuse(visit, { failure, parsed })
  } finally {
    face.lifecycle.leave()
  }
}

async function serve(
  face: RouterState,
  { req, res, writer, head }: HttpExchange,
  arrival: RequestIds,
): Promise<void> {
  const { runtime, listening } = face
  const header = singleValue(head, 'mcp-protocol-version')
  const first = await admit(runtime, receive(face, head, arrival.reached))
  arrival.reached = first
  writer.belongsTo(first.context)
  assertMediaType(req, head)
  const accepts = readAccept(head)
  const { bodyLimitBytes: bytes, bodyTimeoutMs: ms } = runtime.config
  const { value: body, late } = await readBody(req, head, { bytes, ms, closing: first.closing })
  arrival.parsed.body = body
  const admitted = late ? await admitLate(runtime, first) : first
  assertPlain(body)
  const modern = isModern(body, header)
  const incoming = readMessages(body, !modern && hasBatches(versionOf(header)))
  if (!modern) return await serveLegacy(face, { writer, head, admitted, incoming, accepts })
  const [request] = incoming.requests
  if (incoming.responses.length > 0) throw new AllvError('INVALID_REQUEST')
  if (request === undefined) return sendEmpty(writer, 202)
  const idempotencyKey = idempotencyKeyIn(head)
  await serve2026({ runtime, admitted, request, head, res, writer, accepts, listening, idempotencyKey })
}

interface Legacy extends Pick<HttpExchange, 'writer' | 'head'> {
  readonly admitted: Admitted
  readonly incoming: Incoming
  readonly accepts: Accepts
}

async function serveLegacy(face: RouterState, legacy: Legacy): Promise<void> {
  const { runtime, callsInFlight } = face
  const { writer, head, incoming, accepts } = legacy
  const version = versionOf(singleValue(head, 'mcp-protocol-version'))
  const [first] = incoming.requests
  const initialize = first === undefined ? null : readInitialize(first)
  // initialize negotiates the version in its params; everything after it must name one that is served.
  if (!isServed(version) && initialize === null) throw new AllvError('UNSUPPORTED_PROTOCOL_VERSION')
  const sessionId = initialize === null ? singleValue(head, 'mcp-session-id') : undefined
  const session = sessionId === undefined ? null : await openSession(runtime, legacy.admitted, sessionId)
  const admitted = withClientInfo(legacy.admitted, {
    era: version,
    client: session?.client ?? null,
    trace: null,
  })
  await countRest(runtime, admitted, incoming)
  if (incoming.notifications.length + incoming.responses.length > 0)
    await passOn(face, admitted, incoming, session)
  if (incoming.requests.length === 0) return sendEmpty(writer, 202)
  if (initialize !== null) {
    const id = await openSessionFor(runtime, admitted, initialize)
    if (id !== null) writer.setHeader('Mcp-Session-Id', id)
  }
  const exchange = new Exchange(writer, {
    ids: incoming.requests.map(({ id }) => id),
    batch: incoming.batch,
    accepts,
  })
  runtime.afterTurn.schedule(admitted.correlationId, exchange)
  const idempotencyKey = incoming.batch ? undefined : idempotencyKeyIn(head)
  await serve2025({
    runtime,
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

function idempotencyKeyIn(head: Head): string | undefined {
  return singleValue(head, 'idempotency-key', { holdsCommas: true })
}

/** The id of a new session, `null` where there are none. */
function openSessionFor(
  runtime: Runtime,
  admitted: Admitted,
  initialize: InitializeRequest,
): Promise<string | null> {
  return operation(runtime, admitted, 'initialize', async () => {
    const version = negotiated(initialize.params.protocolVersion)
    const id = await mintSession(runtime, admitted, initialize, version)
    return { result: id, facts: id === null ? null : {} }
  })
}

function receive(face: RouterState, head: Head, reached: Reached): Received {
  assertNoRepeats(head)
  const { correlationId, era, claimedWorkspaceId } = reached
  return {
    correlationId,
    face: 'mcp',
    era,
    claimedWorkspaceId,
    presented: readCredential(head),
    selector: readSelector(head),
    client: null,
    trace: readTrace(head),
    closing: face.lifecycle.closing,
    background: face.background,
  }
}

/** A batch counts as what it holds. */
async function countRest(runtime: Runtime, admitted: Admitted, incoming: Incoming): Promise<void> {
  if (incoming.batch) await countFurther(runtime, admitted, incoming.size - 1)
}

/** Cancellations go to the caller's own calls, answers to whichever node waits for them. */
async function passOn(
  { runtime, callsInFlight }: RouterState,
  { context, correlationId }: Admitted,
  incoming: Incoming,
  session: Session | null,
): Promise<void> {
  for (const { method, params } of incoming.notifications) {
    const id = params?.['requestId']
    const isId = (typeof id === 'string' && isShort(id)) || typeof id === 'number'
    if (method === 'notifications/cancelled' && isId)
      await callAdapter(runtime, correlationId, () =>
        callsInFlight.cancel({ context, session: session?.name ?? null }, id),
      ).catch(() => {})
  }
  const { workspaceId, member } = context
  for (const { id: requestId, response } of incoming.responses) {
    await callAdapter(runtime, correlationId, () =>
      runtime.eventBus.publish({
        type: 'client_answered',
        workspaceId,
        memberId: member.id,
        requestId,
        response,
      }),
    )
  }
}
