/**
 * Sends requests to a client of the 2025 era, such as `elicitation/create`, on the stream of the running call. The response is another POST,
 * which may reach another node; the event bus passes it on. Request ids cannot be guessed, and only the same member's responses count.
 */

import type { InputRequest } from '../../adapters/input-requests.js'
import { type ClientCapabilities, NO_CAPABILITIES } from '../../control-plane/input/capabilities.js'
import type { InputChannel } from '../../control-plane/input/request-input.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import type { Cancellation } from '../../foundation/async/cancellation.js'
import { aborted, NEVER, withDeadline } from '../../foundation/async/deadline.js'
import { newId } from '../../foundation/crypto/api-key.js'
import type { JsonObject } from '../../foundation/json/json.js'
import type { Accepts } from '../http/accept.js'
import type { Exchange } from '../jsonrpc/exchange.js'

/** The call that needs input, and its client. */
export interface Elicitation {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly exchange: Exchange
  readonly accepts: Accepts
  /** The capabilities of the session. */
  readonly capabilities: ClientCapabilities
  /** The protocol version of the request. */
  readonly version: string
  readonly cancel: Cancellation
}

/** A client that takes no stream cannot receive requests, so it has no capabilities here. */
export function createInputChannel(elicitation: Elicitation): InputChannel {
  if (!elicitation.accepts.stream) return { capabilities: NO_CAPABILITIES }
  return {
    capabilities: elicitation.capabilities,
    request: (requests, until) => requestAll(elicitation, requests, until),
  }
}

/** Sends all requests at once. The responses; `null` if one of them does not come in time. */
async function requestAll(
  elicitation: Elicitation,
  requests: Readonly<Record<string, InputRequest>>,
  until: AbortSignal = NEVER,
): Promise<Record<string, JsonObject> | null> {
  const { runtime, admitted } = elicitation
  return withDeadline(
    {
      ms: runtime.config.approvalHoldMs,
      signals: [elicitation.cancel.signal, admitted.received.closing, until],
    },
    async ({ signal }) => {
      // One listener for all requests, since there may be many.
      const over = aborted(signal).then(() => null)
      const entries = await Promise.all(
        Object.entries(requests).map(
          async ([key, request]) => [key, await requestOne(elicitation, request, { signal, over })] as const,
        ),
      )
      const responses: Record<string, JsonObject> = {}
      for (const [key, answer] of entries) {
        if (answer === null) return null
        responses[key] = answer
      }
      return responses
    },
  )
}

async function requestOne(
  { runtime, admitted, exchange, version }: Elicitation,
  request: InputRequest,
  { signal, over }: { readonly signal: AbortSignal; readonly over: Promise<null> },
): Promise<JsonObject | null> {
  const id = newId('ask')
  const audience = { workspaceId: admitted.context.workspaceId, memberId: admitted.context.member.id }
  let end: () => void = () => {}
  const answered = new Promise<JsonObject | null>((resolve) => {
    end = runtime.eventBus.subscribe(audience, (event) => {
      if (event.type !== 'client_answered' || event.requestId !== id) return
      // An error response was passed on as an empty one.
      resolve(Object.keys(event.response).length === 0 ? null : event.response)
    })
  })
  try {
    exchange.notify({ jsonrpc: '2.0', id, method: request.method, params: paramsFor(request, version) })
    const answer = await Promise.race([answered, over])
    if (signal.aborted) cancelRequest(exchange, id)
    return answer
  } finally {
    end()
  }
}

/** Tells the client that the response is no longer needed. MCP 2025-11-25, basic/utilities/cancellation. */
function cancelRequest(exchange: Exchange, requestId: string): void {
  exchange.notify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } })
}

/** 2025-06-18 has no `mode`; 2025-11-25 needs an `elicitationId` in URL mode. MCP 2025-11-25, client/elicitation. */
function paramsFor({ method, params }: InputRequest, version: string): JsonObject {
  if (method !== 'elicitation/create') return params
  if (params['mode'] === 'url') return { elicitationId: newId('ask'), ...params }
  const { mode: _, ...form } = params
  return version === '2025-11-25' ? { ...form, mode: 'form' } : form
}
