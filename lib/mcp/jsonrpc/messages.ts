/** Sorts the JSON-RPC messages of a body. The SDK's own guards decide about unusual ones: the SDK would silently drop what they do not accept. */

import type {
  InitializeRequest,
  JSONRPCNotification,
  JSONRPCRequest,
  RequestId,
} from '@modelcontextprotocol/sdk/types.js'
import { isId } from '../../foundation/crypto/api-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { withoutNulls, withoutNullsWithin } from './nulls.js'
import { loadSdkGuards, type SdkGuards } from './sdk-guards.js'
import { isUsualInitialize, isUsualNotification, isUsualRequest, isUsualResult } from './usual-messages.js'

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

/** The messages of one body, before they are counted and complete. */
interface Sorted {
  readonly requests: JSONRPCRequest[]
  readonly notifications: JSONRPCNotification[]
  readonly responses: ClientAnswer[]
}

/**
 * Reads one message, or a batch if `batches` allows it. Responses that belong to no request of this server are dropped. Throws
 * INVALID_REQUEST, ID_TOO_LONG or PROGRESS_TOKEN_TOO_LONG; rejects with them if the SDK's guards are needed.
 */
export function readMessages(body: unknown, batches: boolean): Incoming | Promise<Incoming> {
  const batch = Array.isArray(body)
  const items: readonly unknown[] = batch ? body : [body]
  if (batch && (!batches || items.length === 0 || items.length > MAX_BATCH))
    throw new AllvError('INVALID_REQUEST')
  const sorted: Sorted = { requests: [], notifications: [], responses: [] }
  return items.every((item) => sortUsual(item, sorted))
    ? complete(sorted, batch, items.length)
    : readWithSdk(items, batch)
}

/** Whether the message is a usual one, and so belongs to `sorted` now. */
function sortUsual(item: unknown, sorted: Sorted): boolean {
  if (isUsualRequest(item)) sorted.requests.push(item)
  else if (isUsualNotification(item)) sorted.notifications.push(item)
  else if (isUsualResult(item)) sorted.responses.push(...resultOf(item))
  else return false
  return true
}

async function readWithSdk(items: readonly unknown[], batch: boolean): Promise<Incoming> {
  const guards = await loadSdkGuards()
  const sorted: Sorted = { requests: [], notifications: [], responses: [] }
  for (const given of items) {
    if (sortUsual(given, sorted)) continue
    const item = withoutNulls(given)
    if (guards.isJSONRPCRequest(item)) sorted.requests.push(item)
    else if (guards.isJSONRPCNotification(item)) sorted.notifications.push(item)
    else sorted.responses.push(...readAnswer(item, guards))
  }
  return complete(sorted, batch, items.length)
}

function complete({ requests, notifications, responses }: Sorted, batch: boolean, size: number): Incoming {
  assertBatchRules(requests, batch)
  for (const request of requests) assertShortIds(request)
  return { requests, notifications, responses, batch, size }
}

/** A client's error response becomes an empty answer, so that the waiting call learns that there is no answer. */
function readAnswer(item: unknown, guards: SdkGuards): readonly ClientAnswer[] {
  if (guards.isJSONRPCErrorResponse(item)) return isOurs(item.id) ? [{ id: item.id, response: {} }] : []
  if (!guards.isJSONRPCResultResponse(item)) throw new AllvError('INVALID_REQUEST')
  return resultOf(item)
}

function resultOf({
  id,
  result,
}: {
  readonly id: RequestId
  readonly result: unknown
}): readonly ClientAnswer[] {
  if (!isOurs(id)) return []
  const response: JsonObject = JSON.parse(JSON.stringify(result))
  return [{ id, response }]
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
export async function readInitialize({ method, params }: JSONRPCRequest): Promise<InitializeRequest | null> {
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
  if (isUsualInitialize(request)) return request
  const guards = await loadSdkGuards()
  return guards.isInitializeRequest(request) ? request : null
}
