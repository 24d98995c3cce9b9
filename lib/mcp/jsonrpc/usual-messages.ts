/**
 * Recognizes the messages that clients usually send. Each of these checks accepts no message that the SDK's guard refuses, and costs a tenth of
 * it. The SDK, with its guards, is loaded for other messages only: see `sdk-guards`.
 */

import type {
  InitializeRequest,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResultResponse,
  RequestId,
} from '@modelcontextprotocol/sdk/types.js'
import { isRecord } from '../../foundation/json/guards.js'
import { FORMED } from './nulls.js'

type Fields = Readonly<Record<string, unknown>>

const REQUEST: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params'])
const NOTIFICATION: ReadonlySet<string> = new Set(['jsonrpc', 'method', 'params'])
const RESULT: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'result'])

/** Whether a value is a request as clients usually send it. */
export function isUsualRequest(item: unknown): item is JSONRPCRequest {
  if (!isMessage(item, REQUEST)) return false
  return isUsualId(item['id']) && typeof item['method'] === 'string' && isUsualParams(item['params'])
}

/** Whether a value is a notification as clients usually send it. */
export function isUsualNotification(item: unknown): item is JSONRPCNotification {
  return isMessage(item, NOTIFICATION) && typeof item['method'] === 'string' && isUsualParams(item['params'])
}

/** Whether a value is a response with a result, as clients usually send it. */
export function isUsualResult(item: unknown): item is JSONRPCResultResponse {
  if (!isMessage(item, RESULT)) return false
  return isUsualId(item['id']) && isRecord(item['result']) && isUsualMeta(item['result']['_meta'])
}

/** Whether this is an `initialize` as clients usually send it. */
export function isUsualInitialize(request: {
  readonly method: string
  readonly params: Fields
}): request is InitializeRequest & { params: Fields } {
  const { protocolVersion, capabilities, clientInfo, _meta } = request.params
  return (
    request.method === 'initialize' &&
    typeof protocolVersion === 'string' &&
    isUsualMeta(_meta) &&
    isRecord(capabilities) &&
    areUsualCapabilities(capabilities) &&
    isRecord(clientInfo) &&
    isUsualClient(clientInfo)
  )
}

function isMessage(item: unknown, members: ReadonlySet<string>): item is Fields {
  return (
    isRecord(item) && item['jsonrpc'] === '2.0' && Object.keys(item).every((member) => members.has(member))
  )
}

function isUsualId(id: unknown): id is RequestId {
  return typeof id === 'string' || Number.isSafeInteger(id)
}

function isUsualParams(params: unknown): boolean {
  return params === undefined || (isRecord(params) && isUsualMeta(params['_meta']))
}

function isUsualMeta(meta: unknown): boolean {
  return meta === undefined || (isRecord(meta) && FORMED.every((member) => meta[member] === undefined))
}

function isUsualClient({ name, version, title, websiteUrl, description, icons }: Fields): boolean {
  if (typeof name !== 'string' || typeof version !== 'string' || icons !== undefined) return false
  return [title, websiteUrl, description].every((text) => text === undefined || typeof text === 'string')
}

function areUsualCapabilities({ experimental, extensions, sampling, elicitation, roots, tasks }: Fields) {
  return (
    tasks === undefined &&
    [experimental, extensions].every((group) => group === undefined || holdsObjects(group)) &&
    (sampling === undefined || hasObjects(sampling, ['context', 'tools'])) &&
    (elicitation === undefined || (hasObjects(elicitation, ['form', 'url']) && isPlainForm(elicitation))) &&
    (roots === undefined || hasFlag(roots, 'listChanged'))
  )
}

function isPlainForm(elicitation: unknown): boolean {
  return (
    isRecord(elicitation) &&
    (elicitation['form'] === undefined || hasFlag(elicitation['form'], 'applyDefaults'))
  )
}

function holdsObjects(group: unknown): boolean {
  return isRecord(group) && Object.values(group).every(isRecord)
}

function hasObjects(group: unknown, names: readonly string[]): boolean {
  return isRecord(group) && names.every((name) => group[name] === undefined || isRecord(group[name]))
}

function hasFlag(group: unknown, name: string): boolean {
  return isRecord(group) && (group[name] === undefined || typeof group[name] === 'boolean')
}
