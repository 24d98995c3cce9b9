/** Sends a refusal as an HTTP response with a JSON-RPC error. */

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

/** The request that is refused. */
export interface Refused {
  readonly req: MaybeParsed
  readonly writer: ResponseWriter
  readonly head: Head
}

/** Sends `failure` with the id of the request, if the id can be read. `parsed.body` is the body, if it was read. */
export async function refuse(
  refused: Refused,
  { failure, parsed }: { readonly failure: AllvError; readonly parsed: { readonly body?: unknown } },
): Promise<void> {
  const { writer, head } = refused
  const id = await idToEcho(failure, refused, parsed)
  if (writer.hasBegun) return writer.end()
  const era = isModernVersion(singleValue(head, 'mcp-protocol-version')) ? '2026' : '2025'
  // Errors of a method handler have status 200. Only those of a listen stream come here; all others are HTTP errors.
  const status = ERRORS[failure.code].wire === 'rpc' && failure.code !== 'INTERNAL' ? 200 : failure.status
  sendJson(writer, status, toErrorResponse(failure, id, era), refusalHeaders(failure))
}

/** Limits for a body that is read only to echo its id. They hold also while the router closes. */
const ECHO_LIMITS: BodyLimits = { bytes: 64 * 1024, ms: 1000, closing: NEVER }

/** The request id for the refusal. Clients match a response by its id, so it is echoed wherever it can be read. */
async function idToEcho(
  failure: AllvError,
  { req, writer, head }: Refused,
  parsed: { body?: unknown },
): Promise<RequestId | undefined> {
  if (parsed.body !== undefined) return readableId(parsed.body)
  const unread =
    head.method === 'POST' && failure.code !== 'ORIGIN_NOT_ALLOWED' && !UNREADABLE.has(failure.code)
  // A refusal that closes the connection must not wait for the body.
  if (!unread || failure.headers['Connection'] === 'close') return undefined
  try {
    return readableId((await readBody(req, head, ECHO_LIMITS)).value)
  } catch {
    // The rest of the body stays unread, so the connection cannot carry another request.
    writer.setHeader('Connection', 'close')
    return undefined
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(['PARSE_ERROR', 'UNSUPPORTED_MEDIA_TYPE'])
