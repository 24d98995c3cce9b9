/** Handles the messages of one POST of the 2025 era: rate limit, session, cancellations, responses, and then the requests. */

import type { InitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import { countFurther } from '../../control-plane/admission/rate-limit.js'
import { withClientInfo } from '../../control-plane/request/client-info.js'
import { operation } from '../../control-plane/request/operation.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import { callAdapter } from '../../control-plane/runtime/adapter-call.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Accepts } from '../http/accept.js'
import { type Head, idempotencyKeyIn } from '../http/headers.js'
import type { ResponseWriter } from '../http/response-writer.js'
import { sendEmpty } from '../http/send.js'
import { singleValue } from '../http/single-value.js'
import { Exchange } from '../jsonrpc/exchange.js'
import type { InFlightRequests } from '../jsonrpc/in-flight-requests.js'
import { type Incoming, isShort, readInitialize } from '../jsonrpc/messages.js'
import { type Serve2025Input, serve2025 } from './serve.js'
import { mintSession, openSession, type Session } from './sessions.js'
import { isServed, negotiated, versionOf } from './versions.js'

/** What all requests of one router share. */
interface Shared {
  readonly runtime: Runtime
  readonly inFlightRequests: InFlightRequests
}

interface Messages {
  readonly writer: ResponseWriter
  readonly head: Head
  readonly admitted: Admitted
  readonly incoming: Incoming
  readonly accepts: Accepts
}

/** Serves the messages and resolves when the response is complete. */
export async function serveMessages(
  { runtime, inFlightRequests }: Shared,
  messages: Messages,
): Promise<void> {
  const { writer, head, incoming } = messages
  const version = versionOf(singleValue(head, 'mcp-protocol-version'))
  const [first] = incoming.requests
  const initialize = first?.method === 'initialize' ? await readInitialize(first) : null
  // `initialize` negotiates the version in its params. All later requests must name a version that is served.
  if (!isServed(version) && initialize === null) throw new AllvError('UNSUPPORTED_PROTOCOL_VERSION')
  const sessionId = initialize === null ? singleValue(head, 'mcp-session-id') : undefined
  const session = sessionId === undefined ? null : await openSession(runtime, messages.admitted, sessionId)
  const admitted = withClientInfo(messages.admitted, {
    era: version,
    client: session?.client ?? null,
    trace: null,
  })
  await countRest(runtime, admitted, incoming)
  if (incoming.notifications.length + incoming.responses.length > 0)
    await forwardMessages({ runtime, inFlightRequests }, admitted, incoming, session)
  if (incoming.requests.length === 0) return sendEmpty(writer, 202)
  if (initialize !== null) {
    const id = await openSessionFor(runtime, admitted, initialize)
    if (id !== null) writer.setHeader('Mcp-Session-Id', id)
  }
  await serveRequests({ runtime, inFlightRequests }, messages, { admitted, session, version })
}

/** Serves the requests. The input is a literal without spreads, which is cheaper: see `request/stages`. */
function serveRequests(
  { runtime, inFlightRequests }: Shared,
  { writer, head, incoming, accepts }: Messages,
  { admitted, session, version }: Pick<Serve2025Input, 'admitted' | 'session' | 'version'>,
): Promise<void> {
  const exchange = new Exchange(writer, {
    ids: incoming.requests.map(({ id }) => id),
    batch: incoming.batch,
    accepts,
  })
  runtime.afterTurn.schedule(admitted.context.correlationId, exchange)
  const idempotencyKey = incoming.batch ? undefined : idempotencyKeyIn(head)
  return serve2025({
    runtime,
    admitted,
    incoming,
    exchange,
    accepts,
    inFlightRequests,
    session,
    version,
    idempotencyKey,
  })
}

/** The id of a new session; `null` if the host has no `secret`, and so no sessions. */
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

/** Each message of a batch counts for the rate limit. */
async function countRest(runtime: Runtime, admitted: Admitted, incoming: Incoming): Promise<void> {
  if (incoming.batch) await countFurther(runtime, admitted, incoming.size - 1)
}

/** Applies cancellations to the client's own requests, and publishes responses to the node that waits for them. */
async function forwardMessages(
  { runtime, inFlightRequests }: Shared,
  { context }: Admitted,
  incoming: Incoming,
  session: Session | null,
): Promise<void> {
  for (const { method, params } of incoming.notifications) {
    const id = params?.['requestId']
    const isId = (typeof id === 'string' && isShort(id)) || typeof id === 'number'
    if (method === 'notifications/cancelled' && isId)
      await callAdapter(runtime, context.correlationId, () =>
        inFlightRequests.cancel({ context, session: session?.name ?? null }, id),
      ).catch(() => {})
  }
  const { workspaceId, member } = context
  for (const { id: requestId, response } of incoming.responses) {
    await callAdapter(runtime, context.correlationId, () =>
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
