/**
 * Serves the stateless era, 2026-07-28: each request has its own envelope, and nothing depends on an earlier one. It does not use the v2 SDK:
 * its `Server` serves this era only through its own transport, and this library makes all of its checks earlier.
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

/** One request of the 2026 era. */
export interface Serve2026Input {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly request: JSONRPCRequest
  readonly head: Head
  readonly res: ServerResponse
  readonly writer: ResponseWriter
  readonly accepts: Accepts
  readonly listening: Listening
  /** The `Idempotency-Key` header; `undefined` without one. */
  readonly idempotencyKey: string | undefined
}

/** Serves one request. Throws an AllvError for an invalid envelope, before anything is sent. */
export async function serve2026(input: Serve2026Input): Promise<void> {
  const { runtime, request, head, writer, accepts } = input
  const envelope = readEnvelope(request, head)
  const admitted = withClientInfo(input.admitted, {
    era: VERSION_2026,
    client: envelope.client,
    trace: envelope.trace,
  })
  const { capabilities } = envelope
  if (request.method === 'subscriptions/listen')
    return auditingRefusals(runtime, admitted, request.method, () =>
      serveListen(input.listening, {
        runtime,
        admitted,
        request,
        res: input.res,
        writer,
        accepts,
        capabilities,
      }),
    )
  const exchange = new Exchange(writer, { ids: [request.id], batch: false, accepts })
  if (request.method === 'server/discover')
    return answer(input, exchange, { result: discovery(runtime), cacheable: true })
  runtime.afterTurn.schedule(admitted.context.correlationId, exchange)
  await serveMethod({ ...input, admitted }, envelope, exchange)
}

async function serveMethod(input: Serve2026Input, envelope: Envelope, exchange: Exchange): Promise<void> {
  const { runtime, admitted, request, head, res, idempotencyKey } = input
  const params = request.params ?? {}
  const disconnect = new Disconnect(res)
  const sink = createProgressSink(params._meta?.progressToken, (message) => exchange.notify(message))
  try {
    const dispatched = await dispatch('2026', request.method, {
      runtime,
      admitted,
      params,
      cancel: disconnect,
      mayReconnect: true,
      progress: sink.report,
      idempotencyKey,
      inputChannel: { capabilities: envelope.capabilities },
      waits: waitsOf(runtime, envelope.capabilities),
      retry: retryOf(params),
      checkTool: (tool, args) => assertParamHeaders(head, tool, args),
    })
    sink.close()
    answer(input, exchange, dispatched)
  } finally {
    sink.close()
    disconnect.end()
  }
}

/** How the client can be asked for an approval. It depends on this request only. */
function waitsOf(runtime: Runtime, capabilities: ClientCapabilities): WaitCapabilities {
  const { form, url } = elicitationModes(capabilities)
  return {
    task: offersTasks(runtime) && declaresTasks(capabilities),
    form: form ? 'round' : 'none',
    url: url ? 'round' : 'none',
  }
}

function answer(
  { runtime, request }: Serve2026Input,
  exchange: Exchange,
  dispatched: Awaited<ReturnType<typeof dispatch>>,
): void {
  const { id } = request
  if ('error' in dispatched) exchange.answer(id, { jsonrpc: '2.0', id, error: dispatched.error }, dispatched)
  else
    exchange.answer(id, {
      jsonrpc: '2.0',
      id,
      result: toResult(runtime, dispatched.result, dispatched.cacheable),
    })
}

/** Adds the members that every result has. A result that clients may cache also has a lifetime and the scope `private`. */
function toResult(runtime: Runtime, result: WireObject, cacheable: boolean): WireObject {
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
      ...(resources === undefined ? {} : { resources: { listChanged: true, subscribe: true } }),
      ...(prompts === undefined ? {} : { prompts: { listChanged: true } }),
      ...(offersTasks(runtime) ? { extensions: { [TASKS_EXTENSION]: {} } } : {}),
    },
    ...(instructions === null ? {} : { instructions }),
  }
}
