/** Answers `initialize` and `ping`. MCP 2025-11-25, basic/lifecycle and basic/utilities/ping. */

import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { auditRefusal } from '../../control-plane/request/refusals.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { toWireError } from '../jsonrpc/errors.js'
import type { Exchange } from '../jsonrpc/exchange.js'
import { readInitialize } from '../jsonrpc/messages.js'
import { capabilitiesOf } from '../methods/table.js'
import { negotiated } from './versions.js'

/** The request, its caller, and where the answer goes. */
interface Handshake {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly exchange: Exchange
}

/** Whether a request is answered here. */
export function isHandshake({ method }: JSONRPCRequest): boolean {
  return method === 'initialize' || method === 'ping'
}

/** Answers the request. An `initialize` whose params are not valid is refused, and recorded as a refusal. */
export async function answerHandshake(
  { runtime, admitted, exchange }: Handshake,
  request: JSONRPCRequest,
): Promise<void> {
  const { id, method } = request
  if (method === 'ping') return exchange.answer(id, { jsonrpc: '2.0', id, result: {} })
  const initialize = await readInitialize(request)
  if (initialize === null) {
    const error = new AllvError('INVALID_PARAMS')
    const failure = await auditRefusal(runtime, admitted, { operation: method, error })
    return exchange.answer(id, { jsonrpc: '2.0', id, error: toWireError(failure) })
  }
  const { serverInfo, instructions } = runtime.config
  const result = {
    protocolVersion: negotiated(initialize.params.protocolVersion),
    capabilities: capabilitiesOf(runtime),
    serverInfo,
    ...(instructions === null ? {} : { instructions }),
  }
  exchange.answer(id, { jsonrpc: '2.0', id, result })
}
