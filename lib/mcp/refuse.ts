/** Words a refusal as HTTP and JSON-RPC, with the id of the request wherever that can be read. */

import type { ServerResponse } from 'node:http'
import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { ERRORS } from '../error-table.js'
import type { AllvError } from '../errors.js'
import { type MaybeParsed, readBody } from './body.js'
import { isModernVersion } from './envelope-2026.js'
import type { Head } from './headers.js'
import { readableId } from './messages.js'
import { sendJson } from './send.js'
import { singleValue } from './single-value.js'
import { refusalHeaders, toErrorResponse } from './wire-errors.js'

export interface Refused {
  readonly req: MaybeParsed
  readonly res: ServerResponse
  readonly head: Head
}

export async function refuse(
  refused: Refused,
  { failure, parsed }: { readonly failure: AllvError; readonly parsed: { readonly body?: unknown } },
): Promise<void> {
  const { res, head } = refused
  const id = await idToEcho(failure, refused, parsed)
  if (res.headersSent || res.destroyed) return void res.end()
  const era = isModernVersion(singleValue(head, 'mcp-protocol-version')) ? '2026' : '2025'
  // What a handler refuses travels on 200; here that is only a listen stream's refusal. The rest is refused as HTTP.
  const status = ERRORS[failure.code].wire === 'rpc' && failure.code !== 'INTERNAL' ? 200 : failure.status
  sendJson(res, status, toErrorResponse(failure, id, era), refusalHeaders(failure))
}

/** The longest body that is read only to echo its id in a refusal, and how long that may take. */
const ECHO_LIMIT_BYTES = 64 * 1024
const ECHO_LIMIT_MS = 1000

/** MCP clients tell servers apart by the answer to their own id, so it is echoed wherever it can be read. */
async function idToEcho(
  failure: AllvError,
  { req, head }: Refused,
  parsed: { body?: unknown },
): Promise<RequestId | undefined> {
  if (parsed.body !== undefined) return readableId(parsed.body)
  const unread =
    head.method === 'POST' && failure.code !== 'ORIGIN_NOT_ALLOWED' && !UNREADABLE.has(failure.code)
  if (!unread) return undefined
  const late = new Promise<undefined>((resolve) =>
    setTimeout(() => resolve(undefined), ECHO_LIMIT_MS).unref(),
  )
  return Promise.race([echoed(req, head), late])
}

async function echoed(req: MaybeParsed, head: Head): Promise<RequestId | undefined> {
  try {
    return readableId(await readBody(req, head, ECHO_LIMIT_BYTES))
  } catch {
    return undefined
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(['BODY_TOO_LARGE', 'PARSE_ERROR', 'UNSUPPORTED_MEDIA_TYPE'])
