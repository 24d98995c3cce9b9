/** Words a refusal as HTTP and JSON-RPC, with the id of the request wherever that can be read. */

import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { NEVER } from '../foundation/async/deadline.js'
import type { AllvError } from '../foundation/errors/allv-error.js'
import { ERRORS } from '../foundation/errors/catalogue.js'
import { isModernVersion } from './era-2026/envelope.js'
import { type BodyLimits, type MaybeParsed, readBody } from './http/body.js'
import type { Head } from './http/headers.js'
import type { ResponseWriter } from './http/response-writer.js'
import { sendJson } from './http/send.js'
import { singleValue } from './http/single-value.js'
import { refusalHeaders, toErrorResponse } from './jsonrpc/errors.js'
import { readableId } from './jsonrpc/messages.js'

export interface Refused {
  readonly req: MaybeParsed
  readonly writer: ResponseWriter
  readonly head: Head
}

export async function refuse(
  refused: Refused,
  { failure, parsed }: { readonly failure: AllvError; readonly parsed: { readonly body?: unknown } },
): Promise<void> {
  const { writer, head } = refused
  const id = await idToEcho(failure, refused, parsed)
  if (writer.hasBegun) return writer.end()
  const era = isModernVersion(singleValue(head, 'mcp-protocol-version')) ? '2026' : '2025'
  // What a handler refuses travels on 200; here that is only a listen stream's refusal. The rest is refused as HTTP.
  const status = ERRORS[failure.code].wire === 'rpc' && failure.code !== 'INTERNAL' ? 200 : failure.status
  sendJson(writer, status, toErrorResponse(failure, id, era), refusalHeaders(failure))
}

/** The longest body that is read only to echo its id in a refusal, and how long that may take: also while the router closes. */
const ECHO_LIMITS: BodyLimits = { bytes: 64 * 1024, ms: 1000, closing: NEVER }

/** MCP clients tell servers apart by the answer to their own id, so it is echoed wherever it can be read. */
async function idToEcho(
  failure: AllvError,
  { req, writer, head }: Refused,
  parsed: { body?: unknown },
): Promise<RequestId | undefined> {
  if (parsed.body !== undefined) return readableId(parsed.body)
  const unread =
    head.method === 'POST' && failure.code !== 'ORIGIN_NOT_ALLOWED' && !UNREADABLE.has(failure.code)
  // A refusal that ends the connection waits for nothing more on it.
  if (!unread || failure.headers['Connection'] === 'close') return undefined
  try {
    return readableId((await readBody(req, head, ECHO_LIMITS)).value)
  } catch {
    // What is still to come of it is not read, so no other request can follow it on this connection.
    writer.setHeader('Connection', 'close')
    return undefined
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(['PARSE_ERROR', 'UNSUPPORTED_MEDIA_TYPE'])
