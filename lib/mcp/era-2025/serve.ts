/**
 * The era of `initialize`: 2024-11-05 to 2025-11-25. This file is its one door. The v1 SDK's low-level `Server` answers the handshake, one
 * `Server` for one POST, so nothing of one caller can reach another; every other method is dispatched ahead of it, by the table that both
 * eras share, at half of the cost.
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
import type { CallsInFlight } from '../jsonrpc/in-flight-requests.js'
import { type Incoming, readInitialize } from '../jsonrpc/messages.js'
import { createProgressSink } from '../jsonrpc/progress.js'
import { dispatch } from '../methods/dispatch.js'
import { capabilitiesOf } from '../methods/table.js'
import { createInputChannel } from './elicitation.js'
import type { Session } from './sessions.js'

const LATEST_VERSION = '2025-11-25'
const VERSIONS: readonly string[] = [LATEST_VERSION, '2025-06-18', '2025-03-26', '2024-11-05']
/** MCP 2025-11-25, basic/transports, Protocol Version Header: what a request without the header speaks. */
const DEFAULT_VERSION = '2025-03-26'
const BATCHING_VERSION = '2025-03-26'
const FIRST_WITH_ELICITATION = '2025-06-18'

export interface Serve2025Input {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly incoming: Incoming
  readonly exchange: Exchange
  readonly accepts: Accepts
  readonly callsInFlight: CallsInFlight
  readonly session: Session | null
  readonly version: string
  readonly idempotencyKey: string | undefined
}

/** Longer than any version. */
const MAX_VERSION_LENGTH = 32

/** The version of a request by its header, fit to go on record: nobody knows yet whether there is such a one. */
export function versionOf(header: string | undefined): string {
  return header === undefined ? DEFAULT_VERSION : cleanName(header, MAX_VERSION_LENGTH)
}

export function hasBatches(version: string): boolean {
  return version === BATCHING_VERSION
}

export function isServed(version: string): boolean {
  return VERSIONS.includes(version)
}

/** What `initialize` agrees on: the version that was asked for, or the latest of this era. */
export function negotiated(asked: string): string {
  return isServed(asked) ? asked : LATEST_VERSION
}

/** What the SDK answers: the handshake. The rest is dispatched ahead of it, by the table that both eras share. */
const SDK_METHODS: ReadonlySet<string> = new Set(['initialize', 'ping'])

/** Serves the requests of one POST and resolves when each has been answered or taken back. */
export async function serve2025(served: Serve2025Input): Promise<void> {
  const { requests } = served.incoming
  const handshakes = requests.filter(({ method }) => SDK_METHODS.has(method))
  const calls = requests.filter(({ method }) => !SDK_METHODS.has(method))
  await Promise.all([shakeHands(served, handshakes), ...calls.map((request) => answerCall(served, request))])
}

async function answerCall(served: Serve2025Input, request: JSONRPCRequest): Promise<void> {
  const { runtime, admitted, exchange, accepts, callsInFlight, idempotencyKey, session, version } = served
  const { id, method, params = {} } = request
  const call = callsInFlight.open({ context: admitted.context, session: session?.name ?? null }, id)
  const sink = createProgressSink(params._meta?.progressToken, (message) => exchange.notify(message))
  const capabilities: ClientCapabilities = session?.capabilities ?? NO_CAPABILITIES
  const { cancel } = call
  const asking = { runtime, admitted, exchange, accepts, capabilities, version, cancel }
  const inputChannel = createInputChannel(asking)
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

/** An address goes out as an error, which 2025-11-25 brought; a form on the call's own stream, where one is taken. What the client can do its session says. */
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

async function shakeHands(
  { runtime, admitted, exchange }: Serve2025Input,
  requests: readonly JSONRPCRequest[],
): Promise<void> {
  if (requests.length === 0) return
  const server = new Server(runtime.config.serverInfo, {
    capabilities: capabilitiesOf(runtime),
    jsonSchemaValidator: sharedValidator,
  })
  // Not the SDK's own answer: it agrees on versions of a list of its own, which later requests could not name.
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
    // The SDK would answer -32603 with its validator's text.
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
