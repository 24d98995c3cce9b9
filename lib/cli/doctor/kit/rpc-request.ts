/** Builds the HTTP request of one JSON-RPC request. */

import type { Sent } from '../probe/exchange.js'
import type { Context } from './context.js'

/** A JSON-RPC request, and how it is sent. */
export interface RpcRequest {
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>>
  /** Added last, so that they may replace others. */
  readonly headers?: Readonly<Record<string, string>>
  /** On a connection of its own. */
  readonly fresh?: boolean
  /** Default: that of the target. */
  readonly timeoutMs?: number
}

/** The request with an id of its own. */
export function rpcRequest({ target, nextId }: Context, request: RpcRequest): Sent {
  const { method, params, headers, fresh, timeoutMs = target.timeoutMs } = request
  const requestId = nextId()
  const message = { jsonrpc: '2.0', id: requestId, method, ...(params === undefined ? {} : { params }) }
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(message),
    requestId,
    timeoutMs,
    ...(fresh === undefined ? {} : { fresh }),
  }
}
