/**
 * The era of `initialize`: 2024-11-05 to 2025-11-25, on the v1 SDK's low-level `Server`. This file is its one door.
 * One `Server` serves one POST, so nothing of one caller can reach another; the validator, its costly part, is shared.
 */

import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage, JSONRPCRequest, RequestId, Result } from '@modelcontextprotocol/sdk/types.js'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import type { ToolProgress } from '../adapters/tools.js'
import { AllvError, ERRORS } from '../errors.js'
import { toAllvError } from '../pipeline/adapter-call.js'
import type { Admitted } from '../pipeline/context.js'
import type { Plane } from '../pipeline/plane.js'
import type { CallsInFlight } from './calls-in-flight.js'
import type { Exchange } from './exchange.js'
import { hasInitializeParams, type Incoming, isInitialize } from './messages.js'
import { CAPABILITIES, METHODS } from './methods.js'
import { createProgressSink } from './progress.js'
import { toWireToolError } from './results.js'
import { toWireError } from './wire-errors.js'

export const VERSIONS_2025: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']
/** MCP 2025-11-25, basic/transports, Protocol Version Header: what a request without the header speaks. */
const DEFAULT_VERSION = '2025-03-26'
const BATCHING_VERSION = '2025-03-26'

export interface Served {
  readonly plane: Plane
  readonly admitted: Admitted
  readonly incoming: Incoming
  readonly exchange: Exchange
  readonly callsInFlight: CallsInFlight
  readonly idempotencyKey: string | undefined
}

/** The version of a request by its header. */
export function versionOf(header: string | undefined): string {
  return header ?? DEFAULT_VERSION
}

export function hasBatches(version: string): boolean {
  return version === BATCHING_VERSION
}

const sharedValidator = new AjvJsonSchemaValidator()

/** Serves the requests of one POST and resolves when each has been answered or taken back. */
export async function serve2025(served: Served): Promise<void> {
  const { plane, incoming, exchange } = served
  const server = new Server(plane.config.serverInfo, {
    capabilities: CAPABILITIES,
    jsonSchemaValidator: sharedValidator,
    ...(plane.config.instructions === null ? {} : { instructions: plane.config.instructions }),
  })
  const statuses = new Map<RequestId, number>()
  const cancelled = new Set<RequestId>()
  server.fallbackRequestHandler = (request) => dispatch(served, request, { statuses, cancelled })
  const { transport, settled } = createTransport(incoming.requests, (id, message) => {
    if (cancelled.has(id)) exchange.abandon(id)
    else exchange.answer(id, message, statuses.get(id))
  })
  await server.connect(transport)
  for (const request of incoming.requests) {
    // The SDK would answer -32603 with its validator's text.
    if (isInitialize(request) && !hasInitializeParams(request)) {
      await transport.send({
        jsonrpc: '2.0',
        id: request.id,
        error: toWireError(new AllvError('INVALID_PARAMS')),
      })
    } else {
      transport.onmessage?.(request)
    }
  }
  await settled
  await server.close()
}

interface Marks {
  readonly statuses: Map<RequestId, number>
  readonly cancelled: Set<RequestId>
}

async function dispatch(
  served: Served,
  request: JSONRPCRequest,
  { statuses, cancelled }: Marks,
): Promise<Result> {
  const { plane, admitted, exchange, callsInFlight, idempotencyKey } = served
  const call = callsInFlight.open(admitted.context, request.id)
  const sink = createProgressSink(request.params?._meta?.progressToken, (message) => exchange.notify(message))
  try {
    const method = METHODS.get(request.method)
    if (method === undefined) throw new AllvError('METHOD_NOT_FOUND')
    return await method({
      plane,
      admitted,
      params: request.params ?? {},
      signal: call.signal,
      progress: (update: ToolProgress) => sink.report(update),
      idempotencyKey,
    })
  } catch (error) {
    const failure = toAllvError(plane, admitted.correlationId, error)
    if (ERRORS[failure.code].wire === 'tool') return toWireToolError(failure)
    if (ERRORS[failure.code].wire === 'http') statuses.set(request.id, failure.status)
    // The SDK copies code, message and data of what is thrown into the error response.
    throw Object.assign(new Error(failure.message), toWireError(failure))
  } finally {
    sink.close()
    if (call.signal.aborted) cancelled.add(request.id)
    call.done()
  }
}

/** A transport for one POST: requests go in by `onmessage`, and each answer comes out by `send` once. */
function createTransport(
  requests: readonly JSONRPCRequest[],
  onAnswer: (id: RequestId, message: JSONRPCMessage) => void,
): { readonly transport: Transport; readonly settled: Promise<void> } {
  const open = new Set(requests.map(({ id }) => id))
  let settle: () => void = () => {}
  const settled = new Promise<void>((resolve) => {
    settle = resolve
  })
  const transport: Transport = {
    async start() {},
    async close() {
      transport.onclose?.()
    },
    async send(message) {
      if (!('id' in message) || message.id === undefined || 'method' in message || !open.delete(message.id))
        return
      onAnswer(message.id, message)
      if (open.size === 0) settle()
    },
  }
  return { transport, settled }
}
