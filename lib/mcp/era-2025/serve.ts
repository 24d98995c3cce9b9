/**
 * Serves the requests of the era of `initialize`: 2024-11-05 to 2025-11-25. The v1 SDK's low-level `Server` answers `initialize` and `ping`.
 * Each POST has its own `Server`, so that callers share no state. All other methods run from the table of methods, at half the cost.
 */

import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  InitializeRequestSchema,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import {
  type ClientCapabilities,
  elicitationModes,
  NO_CAPABILITIES,
  type WaitCapabilities,
} from '../../control-plane/input/capabilities.js'
import type { InputChannel } from '../../control-plane/input/request-input.js'
import { auditRefusal } from '../../control-plane/request/refusals.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { cleanName } from '../../foundation/text/text.js'
import type { Accepts } from '../http/accept.js'
import { toWireError } from '../jsonrpc/errors.js'
import type { Exchange } from '../jsonrpc/exchange.js'
import type { InFlightRequests } from '../jsonrpc/in-flight-requests.js'
import { type Incoming, readInitialize } from '../jsonrpc/messages.js'
import { createProgressSink } from '../jsonrpc/progress.js'
import { dispatch } from '../methods/dispatch.js'
import { capabilitiesOf } from '../methods/table.js'
import { createInputChannel } from './elicitation.js'
import type { Session } from './sessions.js'

const LATEST_VERSION = '2025-11-25'
const VERSIONS: readonly string[] = [LATEST_VERSION, '2025-06-18', '2025-03-26', '2024-11-05']
/** The version of a request without the header. MCP 2025-11-25, basic/transports, Protocol Version Header. */
const DEFAULT_VERSION = '2025-03-26'
const BATCHING_VERSION = '2025-03-26'
const FIRST_WITH_ELICITATION = '2025-06-18'

/** One POST of the 2025 era. */
export interface Serve2025Input {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly incoming: Incoming
  readonly exchange: Exchange
  readonly accepts: Accepts
  readonly inFlightRequests: InFlightRequests
  /** `null` without a session. */
  readonly session: Session | null
  /** The protocol version of the request. */
  readonly version: string
  /** The `Idempotency-Key` header; `undefined` without one. */
  readonly idempotencyKey: string | undefined
}

/** UTF-16 units. Longer than any version. */
const MAX_VERSION_LENGTH = 32

/** The version in the header, cleaned for the audit log, since it may not be a version at all. */
export function versionOf(header: string | undefined): string {
  return header === undefined ? DEFAULT_VERSION : cleanName(header, MAX_VERSION_LENGTH)
}

/** Whether a version allows batches. */
export function hasBatches(version: string): boolean {
  return version === BATCHING_VERSION
}

/** Whether a version is served here. */
export function isServed(version: string): boolean {
  return VERSIONS.includes(version)
}

/** The version that `initialize` agrees on: the requested one if it is served, otherwise the latest of this era. */
export function negotiated(requested: string): string {
  return isServed(requested) ? requested : LATEST_VERSION
}

/** The methods that the SDK answers. */
const SDK_METHODS: ReadonlySet<string> = new Set(['initialize', 'ping'])

/** Serves the requests of one POST. Resolves when each was answered or cancelled. */
export async function serve2025(input: Serve2025Input): Promise<void> {
  const { requests } = input.incoming
  const handshakes = requests.filter(({ method }) => SDK_METHODS.has(method))
  const calls = requests.filter(({ method }) => !SDK_METHODS.has(method))
  await Promise.all([
    answerHandshakes(input, handshakes),
    ...calls.map((request) => answerCall(input, request)),
  ])
}

async function answerCall(input: Serve2025Input, request: JSONRPCRequest): Promise<void> {
  const { runtime, admitted, exchange, accepts, inFlightRequests, idempotencyKey, session, version } = input
  const { id, method, params = {} } = request
  const call = inFlightRequests.open({ context: admitted.context, session: session?.name ?? null }, id)
  const sink = createProgressSink(params._meta?.progressToken, (message) => exchange.notify(message))
  const capabilities: ClientCapabilities = session?.capabilities ?? NO_CAPABILITIES
  const { cancel } = call
  const elicitation = { runtime, admitted, exchange, accepts, capabilities, version, cancel }
  const inputChannel = createInputChannel(elicitation)
  try {
    const dispatched = await dispatch('2025', method, {
      runtime,
      admitted,
      params,
      cancel,
      mayReconnect: false,
      progress: sink.report,
      idempotencyKey,
      inputChannel,
      waits: waitsOf(inputChannel, capabilities, version),
      retry: null,
      checkTool: () => {},
    })
    // MCP 2025-11-25, basic/utilities/cancellation: a cancelled request gets no answer.
    if (cancel.aborted) exchange.abandon(id)
    else if ('error' in dispatched)
      exchange.answer(id, { jsonrpc: '2.0', id, error: dispatched.error }, dispatched.status)
    else exchange.answer(id, { jsonrpc: '2.0', id, result: dispatched.result })
  } finally {
    sink.close()
    call.done()
  }
}

/** How the client can be asked for an approval: a URL in an error (2025-11-25 only), or a form on the stream of the call, if the client takes one. */
function waitsOf(
  inputChannel: InputChannel,
  declared: ClientCapabilities,
  version: string,
): WaitCapabilities {
  const { form } = elicitationModes(inputChannel.capabilities)
  const { url } = elicitationModes(declared)
  return {
    task: false,
    form: form && version >= FIRST_WITH_ELICITATION ? 'call' : 'none',
    url: url && version === LATEST_VERSION ? 'error' : 'none',
  }
}

const sharedValidator = new AjvJsonSchemaValidator()

async function answerHandshakes(
  { runtime, admitted, exchange }: Serve2025Input,
  requests: readonly JSONRPCRequest[],
): Promise<void> {
  if (requests.length === 0) return
  const server = new Server(runtime.config.serverInfo, {
    capabilities: capabilitiesOf(runtime),
    jsonSchemaValidator: sharedValidator,
  })
  // Replaces the SDK's own handler, which may agree on a version that is not served here.
  server.setRequestHandler(InitializeRequestSchema, ({ params }) => ({
    protocolVersion: negotiated(params.protocolVersion),
    capabilities: capabilitiesOf(runtime),
    serverInfo: runtime.config.serverInfo,
    ...instructionsOf(runtime),
  }))
  const { transport, settled } = createTransport(requests, (id, message) => exchange.answer(id, message))
  await server.connect(transport)
  for (const request of requests) {
    const initialize = readInitialize(request)
    if (initialize !== null) transport.onmessage?.({ ...request, ...initialize })
    else if (request.method !== 'initialize') transport.onmessage?.(request)
    // The SDK would answer with -32603 and the text of its validator.
    else {
      const error = new AllvError('INVALID_PARAMS')
      const failure = await auditRefusal(runtime, admitted, { operation: request.method, error })
      await transport.send({ jsonrpc: '2.0', id: request.id, error: toWireError(failure) })
    }
  }
  await settled
  await server.close()
}

function instructionsOf({ config }: Runtime): { readonly instructions?: string } {
  return config.instructions === null ? {} : { instructions: config.instructions }
}

/** A transport for one POST: `onmessage` takes the requests, and `send` passes each answer on once. */
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
