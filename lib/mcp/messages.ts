/** JSON-RPC messages as they come in: told apart by the SDK's own guards, so that nothing reaches it which it would drop in silence. */

import {
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js'
import { AllvError } from '../errors.js'

export interface Incoming {
  readonly requests: readonly JSONRPCRequest[]
  readonly notifications: readonly JSONRPCNotification[]
  readonly batch: boolean
}

const MAX_BATCH = 50

/** One message, or a batch where `batches` says that the protocol version has them. Responses are accepted and dropped: nothing waits for one. */
export function readMessages(body: unknown, batches: boolean): Incoming {
  const batch = Array.isArray(body)
  const items: readonly unknown[] = batch ? body : [body]
  if (batch && (!batches || items.length === 0 || items.length > MAX_BATCH))
    throw new AllvError('INVALID_REQUEST')
  const requests: JSONRPCRequest[] = []
  const notifications: JSONRPCNotification[] = []
  for (const item of items) {
    if (isJSONRPCRequest(item)) requests.push(item)
    else if (isJSONRPCNotification(item)) notifications.push(item)
    else if (!isJSONRPCResultResponse(item) && !isJSONRPCErrorResponse(item))
      throw new AllvError('INVALID_REQUEST')
  }
  assertBatchRules(requests, batch)
  return { requests, notifications, batch }
}

/** MCP 2025-03-26, basic/lifecycle: initialize travels alone. Ids tell the answers apart, so they differ. */
function assertBatchRules(requests: readonly JSONRPCRequest[], batch: boolean): void {
  if (!batch) return
  const ids = new Set(requests.map(({ id }) => id))
  if (ids.size !== requests.length || requests.some(({ method }) => method === 'initialize')) {
    throw new AllvError('INVALID_REQUEST')
  }
}

/** The request id of a body, where there is one to echo. */
export function readableId(body: unknown): RequestId | undefined {
  if (typeof body !== 'object' || body === null || !('id' in body) || !('method' in body)) return undefined
  const { id } = body
  return typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id)) ? id : undefined
}

export function isInitialize(request: JSONRPCRequest): boolean {
  return request.method === 'initialize'
}

/** Whether an `initialize` has the params that the SDK wants; it would answer -32603 with its validator's text. */
export function hasInitializeParams(request: JSONRPCRequest): boolean {
  return isInitializeRequest(request)
}
