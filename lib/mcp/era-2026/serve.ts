/**
 * The stateless era, 2026-07-28: each request carries its own envelope, and nothing is derived from an earlier one. Dispatched by hand:
 * the v2 SDK's `Server` takes this era only from a transport of its own, and all that it would add stands in front of it here anyway.
 */

import type { ServerResponse } from 'node:http'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import {
  type ClientCapabilities,
  declaresTasks,
  modesOf,
  TASKS_EXTENSION,
  type Waits,
} from '../../control-plane/input/capabilities.js'
import { enrich } from '../../control-plane/request/client-info.js'
import { audited } from '../../control-plane/request/refusals.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Plane } from '../../control-plane/runtime/runtime.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { Accepts } from '../http/accept.js'
import { Disconnect } from '../http/client-disconnect.js'
import type { Head } from '../http/headers.js'
import type { ResponseWriter } from '../http/response-writer.js'
import { Exchange } from '../jsonrpc/exchange.js'
import { retryOf } from '../jsonrpc/params.js'
import { createProgressSink } from '../jsonrpc/progress.js'
import { dispatch } from '../methods/dispatch.js'
import { SERVER_INFO, type WireObject } from '../methods/results.js'
import { capabilitiesOf, offersTasks } from '../methods/table.js'
import { type Envelope, readEnvelope, SUPPORTED_2026, VERSION_2026 } from './envelope.js'
import { type Listening, serveListen } from './listen.js'
import { assertParamHeaders } from './mirrored-headers.js'

export interface Served2026 {
  readonly plane: Plane
  readonly admitted: Admitted
  readonly request: JSONRPCRequest
  readonly head: Head
  readonly res: ServerResponse
  readonly writer: ResponseWriter
  readonly accepts: Accepts
  readonly listening: Listening
  readonly idempotencyKey: string | undefined
}

/** Throws an AllvError, before anything is sent, for what the ladder refuses. */
export async function serve2026(served: Served2026): Promise<void> {
  const { plane, request, head, writer, accepts } = served
  const envelope = readEnvelope(request, head)
  const admitted = enrich(served.admitted, {
    era: VERSION_2026,
    client: envelope.client,
    trace: envelope.trace,
  })
  const { capabilities } = envelope
  if (request.method === 'subscriptions/listen')
    return audited(plane, admitted, request.method, () =>
      serveListen(served.listening, {
        plane,
        admitted,
        request,
        res: served.res,
        writer,
        accepts,
        capabilities,
      }),
    )
  const exchange = new Exchange(writer, { ids: [request.id], batch: false, accepts })
  if (request.method === 'server/discover')
    return answer(served, exchange, { result: discovery(plane), cacheable: true })
  plane.turns.tell(admitted.correlationId, exchange)
  await serveMethod({ ...served, admitted }, envelope, exchange)
}

async function serveMethod(served: Served2026, envelope: Envelope, exchange: Exchange): Promise<void> {
  const { plane, admitted, request, head, res, idempotencyKey } = served
  const params = request.params ?? {}
  const gone = new Disconnect(res)
  const sink = createProgressSink(params._meta?.progressToken, (message) => exchange.notify(message))
  try {
    const dispatched = await dispatch('2026', request.method, {
      plane,
      admitted,
      params,
      cancel: gone,
      mayReturn: true,
      progress: sink.report,
      idempotencyKey,
      questioner: { capabilities: envelope.capabilities },
      waits: waitsOf(plane, envelope.capabilities),
      retry: retryOf(params),
      checkTool: (tool, args) => assertParamHeaders(head, tool, args),
    })
    sink.close()
    answer(served, exchange, dispatched)
  } finally {
    sink.close()
    gone.end()
  }
}

/** Everything a client can do travels with the request; nothing is inferred. */
function waitsOf(plane: Plane, capabilities: ClientCapabilities): Waits {
  const { form, url } = modesOf(capabilities)
  return {
    task: offersTasks(plane) && declaresTasks(capabilities),
    form: form ? 'round' : 'none',
    url: url ? 'round' : 'none',
  }
}

function answer(
  { plane, request }: Served2026,
  exchange: Exchange,
  dispatched: Awaited<ReturnType<typeof dispatch>>,
): void {
  const { id } = request
  if ('error' in dispatched)
    exchange.answer(id, { jsonrpc: '2.0', id, error: dispatched.error }, dispatched.status)
  else
    exchange.answer(id, {
      jsonrpc: '2.0',
      id,
      result: toResult(plane, dispatched.result, dispatched.cacheable),
    })
}

/** Every result says its type and its server; what clients may keep says for how long, and that it is this caller's alone. */
export function toResult(plane: Plane, result: WireObject, cacheable: boolean): WireObject {
  const { _meta: meta, resultType = 'complete' } = result
  const full: Record<string, unknown> = { resultType, ...result }
  if (cacheable && resultType === 'complete') {
    full['ttlMs'] = plane.config.cacheTtlMs
    full['cacheScope'] = 'private'
  }
  full['_meta'] = { ...(isRecord(meta) ? meta : {}), [SERVER_INFO]: plane.config.serverInfo }
  return full
}

function discovery(plane: Plane): WireObject {
  const { tools, resources, prompts, ...rest } = capabilitiesOf(plane)
  const { instructions } = plane.config
  return {
    supportedVersions: SUPPORTED_2026,
    capabilities: {
      ...rest,
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      ...(prompts === undefined ? {} : { prompts: { listChanged: true } }),
      ...(offersTasks(plane) ? { extensions: { [TASKS_EXTENSION]: {} } } : {}),
    },
    ...(instructions === null ? {} : { instructions }),
  }
}
