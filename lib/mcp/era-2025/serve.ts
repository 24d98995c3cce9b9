/**
 * Serves the requests of the era of `initialize`: 2024-11-05 to 2025-11-25. `initialize` and `ping` are answered here. All other methods run from the
 * table of methods, which both eras share.
 */

import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import {
  type ClientCapabilities,
  elicitationModes,
  NO_CAPABILITIES,
  type WaitCapabilities,
} from '../../control-plane/input/capabilities.js'
import type { InputChannel } from '../../control-plane/input/request-input.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import type { Accepts } from '../http/accept.js'
import type { Exchange } from '../jsonrpc/exchange.js'
import type { InFlightRequests } from '../jsonrpc/in-flight-requests.js'
import type { Incoming } from '../jsonrpc/messages.js'
import { createProgressSink } from '../jsonrpc/progress.js'
import { dispatch } from '../methods/dispatch.js'
import { createInputChannel } from './elicitation.js'
import { answerHandshake, isHandshake } from './handshake.js'
import type { Session } from './sessions.js'
import { FIRST_WITH_ELICITATION, LATEST_VERSION } from './versions.js'

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

/** Serves the requests of one POST. Resolves when each was answered or cancelled. */
export async function serve2025(input: Serve2025Input): Promise<void> {
  await Promise.all(
    input.incoming.requests.map((request) =>
      isHandshake(request) ? answerHandshake(input, request) : answerCall(input, request),
    ),
  )
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
      exchange.answer(id, { jsonrpc: '2.0', id, error: dispatched.error }, dispatched)
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
