/**
 * Questions to a client of the 2025 era: requests on the call's own stream. The answer is another POST, on whichever node; the event
 * eventBus brings it here. Request ids are unguessable, and only the same member's answers are heard.
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

export interface Asking {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly exchange: Exchange
  readonly accepts: Accepts
  readonly capabilities: ClientCapabilities
  readonly version: string
  readonly cancel: Cancellation
}

/** A client that takes no stream cannot be asked, whatever it declared. */
export function createInputChannel(asking: Asking): InputChannel {
  if (!asking.accepts.stream) return { capabilities: NO_CAPABILITIES }
  return { capabilities: asking.capabilities, request: (requests, until) => putAll(asking, requests, until) }
}

/** All questions at once; `null` unless every one of them is answered in time. */
async function putAll(
  asking: Asking,
  requests: Readonly<Record<string, InputRequest>>,
  until: AbortSignal = NEVER,
): Promise<Record<string, JsonObject> | null> {
  const { runtime, admitted } = asking
  return withDeadline(
    { ms: runtime.config.approvalHoldMs, signals: [asking.cancel.signal, admitted.received.closing, until] },
    async ({ signal }) => {
      // One listener for all of them: the client may be asked many things at once.
      const over = aborted(signal).then(() => null)
      const answers = await Promise.all(
        Object.entries(requests).map(
          async ([key, request]) => [key, await putOne(asking, request, { signal, over })] as const,
        ),
      )
      const given: Record<string, JsonObject> = {}
      for (const [key, answer] of answers) {
        if (answer === null) return null
        given[key] = answer
      }
      return given
    },
  )
}

async function putOne(
  { runtime, admitted, exchange, version }: Asking,
  request: InputRequest,
  { signal, over }: { readonly signal: AbortSignal; readonly over: Promise<null> },
): Promise<JsonObject | null> {
  const id = newId('ask')
  const audience = { workspaceId: admitted.context.workspaceId, memberId: admitted.context.member.id }
  let end: () => void = () => {}
  const answered = new Promise<JsonObject | null>((resolve) => {
    end = runtime.eventBus.subscribe(audience, (event) => {
      if (event.type !== 'client_answered' || event.requestId !== id) return
      // An error in place of an answer came here as an empty one.
      resolve(Object.keys(event.response).length === 0 ? null : event.response)
    })
  })
  try {
    exchange.notify({ jsonrpc: '2.0', id, method: request.method, params: paramsFor(request, version) })
    const answer = await Promise.race([answered, over])
    if (signal.aborted) takeBack(exchange, id)
    return answer
  } finally {
    end()
  }
}

/** Nobody waits for the answer any more, so the client need not ask. MCP 2025-11-25, basic/utilities/cancellation. */
function takeBack(exchange: Exchange, requestId: string): void {
  exchange.notify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } })
}

/** 2025-06-18 knows no `mode`; 2025-11-25 wants an `elicitationId` with a URL. MCP 2025-11-25, client/elicitation. */
function paramsFor({ method, params }: InputRequest, version: string): JsonObject {
  if (method !== 'elicitation/create') return params
  if (params['mode'] === 'url') return { elicitationId: newId('ask'), ...params }
  const { mode: _, ...form } = params
  return version === '2025-11-25' ? { ...form, mode: 'form' } : form
}
