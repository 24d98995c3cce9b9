/** Sorts the JSON-RPC messages of a body with the SDK's own guards. The SDK silently drops a message that they do not accept. */

import {
  type InitializeRequest,
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js'
import { isId } from '../../foundation/crypto/api-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { FORMED, withoutNulls, withoutNullsWithin } from './nulls.js'

/** A client's response to a request of this server. */
interface ClientAnswer {
  /** The id of the server's request. */
  readonly id: string
  /** The result; empty if the client sent an error. */
  readonly response: JsonObject
}

/** The messages of one body. */
export interface Incoming {
  /** The client's requests. */
  readonly requests: readonly JSONRPCRequest[]
  /** The client's notifications. */
  readonly notifications: readonly JSONRPCNotification[]
  /** Responses to requests of this server. The node that waits for one may be another. */
  readonly responses: readonly ClientAnswer[]
  /** Whether the body is a batch. */
  readonly batch: boolean
  /** The number of messages, those that were dropped included. */
  readonly size: number
}

const MAX_BATCH = 50
/** UTF-8 bytes. Ids are repeated in every response and event, so they must be short. */
const MAX_ID_BYTES = 1024

/**
 * Reads one message, or a batch if `batches` allows it. Responses that belong to no request of this server are dropped. Throws
 * INVALID_REQUEST, ID_TOO_LONG or PROGRESS_TOKEN_TOO_LONG.
 */
export function readMessages(body: unknown, batches: boolean): Incoming {
  const batch = Array.isArray(body)
  const items: readonly unknown[] = batch ? body : [body]
  if (batch && (!batches || items.length === 0 || items.length > MAX_BATCH))
    throw new AllvError('INVALID_REQUEST')
  const requests: JSONRPCRequest[] = []
  const notifications: JSONRPCNotification[] = []
  const responses: ClientAnswer[] = []
  for (const given of items) {
    if (isUsualRequest(given)) {
      requests.push(given)
      continue
    }
    const item = withoutNulls(given)
    if (isJSONRPCRequest(item)) requests.push(item)
    else if (isJSONRPCNotification(item)) notifications.push(item)
    else responses.push(...readAnswer(item))
  }
  assertBatchRules(requests, batch)
  for (const request of requests) assertShortIds(request)
  return { requests, notifications, responses, batch, size: items.length }
}

const MEMBERS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params'])

/** A fast check that accepts no message that the SDK's guard refuses. It costs a tenth of that guard, which checks the rest. */
export function isUsualRequest(item: unknown): item is JSONRPCRequest {
  if (!isRecord(item) || !Object.keys(item).every((member) => MEMBERS.has(member))) return false
  const { jsonrpc, id, method, params } = item
  if (jsonrpc !== '2.0' || typeof method !== 'string') return false
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return false
  if (params === undefined) return true
  if (!isRecord(params)) return false
  const { _meta: meta } = params
  return meta === undefined || (isRecord(meta) && FORMED.every((member) => meta[member] === undefined))
}

/** A client's error response becomes an empty answer, so that the waiting call learns that there is no answer. */
function readAnswer(item: unknown): readonly ClientAnswer[] {
  if (isJSONRPCErrorResponse(item)) return isOurs(item.id) ? [{ id: item.id, response: {} }] : []
  if (!isJSONRPCResultResponse(item)) throw new AllvError('INVALID_REQUEST')
  if (!isOurs(item.id)) return []
  const response: JsonObject = JSON.parse(JSON.stringify(item.result))
  return [{ id: item.id, response }]
}

/** Whether an id is that of a request of this server. Only such responses are passed to other nodes. */
function isOurs(id: unknown): id is string {
  return isId('ask', id)
}

/** MCP 2025-03-26, basic/lifecycle: `initialize` must not be in a batch. Ids must differ, since responses are matched by id. */
function assertBatchRules(requests: readonly JSONRPCRequest[], batch: boolean): void {
  if (!batch) return
  const ids = new Set(requests.map(({ id }) => id))
  if (ids.size !== requests.length || requests.some(({ method }) => method === 'initialize')) {
    throw new AllvError('INVALID_REQUEST')
  }
}

/** The specification sets no limit for a request id, which is also a subscription id, and for a progress token. */
function assertShortIds({ id, params }: JSONRPCRequest): void {
  if (!isShort(id)) throw new AllvError('ID_TOO_LONG')
  if (!isShort(params?._meta?.progressToken)) throw new AllvError('PROGRESS_TOKEN_TOO_LONG')
}

/** Whether an id is a number or a text of at most 1024 UTF-8 bytes. */
export function isShort(id: RequestId | undefined): boolean {
  if (typeof id !== 'string' || id.length * 3 <= MAX_ID_BYTES) return true
  return id.length <= MAX_ID_BYTES && Buffer.byteLength(id) <= MAX_ID_BYTES
}

/** The request id of a body; `undefined` if it has no valid one. */
export function readableId(body: unknown): RequestId | undefined {
  if (typeof body !== 'object' || body === null || !('id' in body) || !('method' in body)) return undefined
  const { id } = body
  const isId = typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id))
  return isId && isShort(id) ? id : undefined
}

/** An `initialize` request that the SDK accepts, otherwise `null`. */
export function readInitialize({ method, params }: JSONRPCRequest): InitializeRequest | null {
  if (method !== 'initialize') return null
  const { capabilities, clientInfo } = params ?? {}
  const request = {
    method,
    params: {
      ...params,
      capabilities: withoutNullsWithin(capabilities),
      clientInfo: withoutNullsWithin(clientInfo),
    },
  }
  return isInitializeRequest(request) ? request : null
}
