/**
 * The stateless era, 2026-07-28: each request carries its own envelope, and nothing is derived from an earlier one. Dispatched by hand:
 * the v2 SDK's `Server` takes this era only from a transport of its own, and all that it would add stands in front of it here anyway.
 */

import type { ServerResponse } from 'node:http'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import {
  type ClientCapabilities,
  declaresTasks,
  elicitationModes,
  TASKS_EXTENSION,
  type WaitCapabilities,
} from '../../control-plane/input/capabilities.js'
import { withClientInfo } from '../../control-plane/request/client-info.js'
import { auditingRefusals } from '../../control-plane/request/refusals.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
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
  readonly runtime: Runtime
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
  const { runtime, request, head, writer, accepts } = served
  const envelope = readEnvelope(request, head)
  const admitted = withClientInfo(served.admitted, {
    era: VERSION_2026,
    client: envelope.client,
    trace: envelope.trace,
  })
  const { capabilities } = envelope
  if (request.method === 'subscriptions/listen')
    return auditingRefusals(runtime, admitted, request.method, () =>
      serveListen(served.listening, {
        runtime,
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
    return answer(served, exchange, { result: discovery(runtime), cacheable: true })
  runtime.afterTurn.schedule(admitted.context.correlationId, exchange)
  await serveMethod({ ...served, admitted }, envelope, exchange)
}

async function serveMethod(served: Served2026, envelope: Envelope, exchange: Exchange): Promise<void> {
  const { runtime, admitted, request, head, res, idempotencyKey } = served
  const params = request.params ?? {}
  const gone = new Disconnect(res)
  const sink = createProgressSink(params._meta?.progressToken, (message) => exchange.notify(message))
  try {
    const dispatched = await dispatch('2026', request.method, {
      runtime,
      admitted,
      params,
      cancel: gone,
      mayReconnect: true,
      progress: sink.report,
      idempotencyKey,
      inputChannel: { capabilities: envelope.capabilities },
      waits: waitsOf(runtime, envelope.capabilities),
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
function waitsOf(runtime: Runtime, capabilities: ClientCapabilities): WaitCapabilities {
  const { form, url } = elicitationModes(capabilities)
  return {
    task: offersTasks(runtime) && declaresTasks(capabilities),
    form: form ? 'round' : 'none',
    url: url ? 'round' : 'none',
  }
}

function answer(
  { runtime, request }: Served2026,
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
      result: toResult(runtime, dispatched.result, dispatched.cacheable),
    })
}

/** Every result says its type and its server; what clients may keep says for how long, and that it is this caller's alone. */
export function toResult(runtime: Runtime, result: WireObject, cacheable: boolean): WireObject {
  const { _meta: meta, resultType = 'complete' } = result
  const full: Record<string, unknown> = { resultType, ...result }
  if (cacheable && resultType === 'complete') {
    full['ttlMs'] = runtime.config.cacheTtlMs
    full['cacheScope'] = 'private'
  }
  full['_meta'] = { ...(isRecord(meta) ? meta : {}), [SERVER_INFO]: runtime.config.serverInfo }
  return full
}

function discovery(runtime: Runtime): WireObject {
  const { tools, resources, prompts, ...rest } = capabilitiesOf(runtime)
  const { instructions } = runtime.config
  return {
    supportedVersions: SUPPORTED_2026,
    capabilities: {
      ...rest,
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      ...(prompts === undefined ? {} : { prompts: { listChanged: true } }),
      ...(offersTasks(runtime) ? { extensions: { [TASKS_EXTENSION]: {} } } : {}),
    },
    ...(instructions === null ? {} : { instructions }),
  }
}
