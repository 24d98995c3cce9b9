/** Reads and checks the envelope of 2026-07-28: the `_meta` members and headers that each request carries. */

import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import type { ClientInfo, TraceContext } from '../../adapters/principal.js'
import type { ClientCapabilities } from '../../control-plane/input/capabilities.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import { cut } from '../../foundation/text/text.js'
import type { Head } from '../http/headers.js'
import { singleValue } from '../http/single-value.js'
import { traceContextOf } from '../http/trace-context.js'
import { readClientInfo } from '../jsonrpc/client-info.js'
import type { Params } from '../jsonrpc/params.js'
import { headerMismatch, mirrors } from './mirrored-headers.js'

/** The protocol version of this era that is served. */
export const VERSION_2026 = '2026-07-28'
/** The versions in `server/discover` and in the error for an unknown version. */
export const SUPPORTED_2026: readonly string[] = [VERSION_2026]

/** UTF-16 units of a client's text in an error. */
const MAX_ECHOED = 100

/** As the specification writes it. */
const VERSION_HEADER = 'MCP-Protocol-Version'

const META = 'io.modelcontextprotocol/'
const VERSION_KEY = `${META}protocolVersion`
const CAPABILITIES_KEY = `${META}clientCapabilities`
const CLIENT_KEY = `${META}clientInfo`

/** The body field that `Mcp-Name` mirrors. MCP 2026-07-28, basic/transports/streamable-http, Standard Request Headers. */
const NAME_SOURCE = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
])

/** The contents of a valid envelope. */
export interface Envelope {
  /** What the client declared in this request. */
  readonly capabilities: ClientCapabilities
  /** `null` if the client did not send it. */
  readonly client: ClientInfo | null
  /** `null` if the client did not send a valid one. */
  readonly trace: TraceContext | null
}

/** Whether a version is of the stateless era, which is any from 2026 on. A version that is not served must not be handled by 2025 rules. */
export function isModernVersion(version: string | undefined): boolean {
  return version !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= '2026'
}

/**
 * Whether a request is of the 2026 era: it has a version in `_meta`, or it is `server/discover`, or its header names a version of the era and
 * only `_meta` lacks it. `initialize` is of the 2025 era unless it has a complete 2026 envelope. MCP 2026-07-28, basic/versioning.
 */
export function isModern(body: unknown, versionHeader: string | undefined): boolean {
  const modernHeader = isModernVersion(versionHeader)
  if (Array.isArray(body)) {
    if (modernHeader || body.some((item) => hasClaim(item))) throw new AllvError('INVALID_REQUEST')
    return false
  }
  if (!isRecord(body) || typeof body['method'] !== 'string') {
    if (modernHeader) throw new AllvError('INVALID_REQUEST')
    return false
  }
  if (body['method'] === 'initialize' && !hasModernClaim(body)) {
    if (modernHeader) throw headerMismatch(VERSION_HEADER)
    return false
  }
  return hasClaim(body) || modernHeader || body['method'] === 'server/discover'
}

/**
 * The envelope of a request. The checks are in the order of the specification: envelope complete, header equals body, version served,
 * mirrored headers.
 */
export function readEnvelope(request: JSONRPCRequest, head: Head): Envelope {
  const meta = metaOf(request)
  const version = meta?.[VERSION_KEY]
  const capabilities = meta?.[CAPABILITIES_KEY]
  const clientInfo = meta?.[CLIENT_KEY] ?? null
  const client = clientInfo === null ? null : readClientInfo(clientInfo)
  const isComplete =
    typeof version === 'string' && isRecord(capabilities) && (clientInfo === null || client !== null)
  if (!isComplete)
    throw new AllvError('ENVELOPE_INCOMPLETE', { details: { required: [VERSION_KEY, CAPABILITIES_KEY] } })
  if (singleValue(head, 'mcp-protocol-version') !== version) throw headerMismatch(VERSION_HEADER)
  if (!SUPPORTED_2026.includes(version)) {
    throw new AllvError('UNKNOWN_PROTOCOL_VERSION', {
      details: { supported: SUPPORTED_2026, requested: cut(version, MAX_ECHOED) },
    })
  }
  assertMirrored(request, head)
  // MCP 2026-07-28, basic, OpenTelemetry: unprefixed W3C names.
  const { traceparent, tracestate } = meta ?? {}
  return { capabilities, client, trace: traceContextOf({ traceparent, tracestate }) }
}

function assertMirrored({ method, params }: JSONRPCRequest, head: Head): void {
  if (singleValue(head, 'mcp-method') !== method) throw headerMismatch('Mcp-Method')
  const source = NAME_SOURCE.get(method)
  const value = source === undefined ? undefined : params?.[source]
  const named = head.headers['mcp-name'] !== undefined
  if (source === undefined || (typeof value !== 'string' && !named)) return
  if (!mirrors(head, 'mcp-name', (name) => name === value)) throw headerMismatch('Mcp-Name')
}

function metaOf(message: unknown): Params | undefined {
  const params = isRecord(message) ? message['params'] : undefined
  const meta = isRecord(params) ? params['_meta'] : undefined
  return isRecord(meta) ? meta : undefined
}

function hasClaim(message: unknown): boolean {
  const meta = metaOf(message)
  return meta !== undefined && Object.hasOwn(meta, VERSION_KEY)
}

function hasModernClaim(message: unknown): boolean {
  const meta = metaOf(message)
  const version = meta?.[VERSION_KEY]
  return typeof version === 'string' && isModernVersion(version) && isRecord(meta?.[CAPABILITIES_KEY])
}
