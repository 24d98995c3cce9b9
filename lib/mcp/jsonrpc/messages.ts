/** JSON-RPC messages as they come in: told apart by the SDK's own guards, so that nothing reaches it which it would drop in silence. */

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

export interface ClientAnswer {
  readonly id: string
  readonly response: JsonObject
}

export interface Incoming {
  readonly requests: readonly JSONRPCRequest[]
  readonly notifications: readonly JSONRPCNotification[]
  /** Answers to requests of ours, which wait on whichever node. */
  readonly responses: readonly ClientAnswer[]
  readonly batch: boolean
  /** How many messages it holds, with those that were dropped. */
  readonly size: number
}

const MAX_BATCH = 50
/** What is repeated in every answer and event is short. UTF-8 bytes. */
const MAX_ID_BYTES = 1024

/** One message, or a batch where `batches` says that the protocol version has them. Responses that answer nothing of ours are dropped. */
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

/** Says yes to nothing that the SDK's guard would refuse, at a tenth of its cost; what it does not know is left to that guard. */
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

/** An error in place of an answer is an answer that fits nothing: whoever waits learns that there is none. */
function readAnswer(item: unknown): readonly ClientAnswer[] {
  if (isJSONRPCErrorResponse(item)) return isOurs(item.id) ? [{ id: item.id, response: {} }] : []
  if (!isJSONRPCResultResponse(item)) throw new AllvError('INVALID_REQUEST')
  if (!isOurs(item.id)) return []
  const response: JsonObject = JSON.parse(JSON.stringify(item.result))
  return [{ id: item.id, response }]
}

/** Only what answers a request of ours is passed on to other nodes. */
function isOurs(id: unknown): id is string {
  return isId('ask', id)
}

/** MCP 2025-03-26, basic/lifecycle: initialize travels alone. Ids tell the answers apart, so they differ. */
function assertBatchRules(requests: readonly JSONRPCRequest[], batch: boolean): void {
  if (!batch) return
  const ids = new Set(requests.map(({ id }) => id))
  if (ids.size !== requests.length || requests.some(({ method }) => method === 'initialize')) {
    throw new AllvError('INVALID_REQUEST')
  }
}

/** A request id, which is a subscription's id too, and a progress token: both are the client's own, and of any length by the specification. */
function assertShortIds({ id, params }: JSONRPCRequest): void {
  if (!isShort(id)) throw new AllvError('ID_TOO_LONG')
  if (!isShort(params?._meta?.progressToken)) throw new AllvError('PROGRESS_TOKEN_TOO_LONG')
}

/** Whether this can be echoed: a number, or a text of at most 1 KiB. */
export function isShort(id: RequestId | undefined): boolean {
  if (typeof id !== 'string' || id.length * 3 <= MAX_ID_BYTES) return true
  return id.length <= MAX_ID_BYTES && Buffer.byteLength(id) <= MAX_ID_BYTES
}

/** The request id of a body, where there is one to echo. */
export function readableId(body: unknown): RequestId | undefined {
  if (typeof body !== 'object' || body === null || !('id' in body) || !('method' in body)) return undefined
  const { id } = body
  const isId = typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id))
  return isId && isShort(id) ? id : undefined
}

/** An `initialize` whose params the SDK takes, else `null`. */
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
