/** Writes answers that are no stream, and says what goes on top of all of them. */

import type { ServerResponse } from 'node:http'
import { ERRORS } from '../error-table.js'
import { lengthOf, toJson, type WireText } from './wire-text.js'

/** What every answer depends on: a cache in between must not give one member's to another. */
const VARY = 'Authorization, X-Api-Key, X-Allv-User-Id, X-Allv-User-Email, Origin'

export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
  Vary: VARY,
}

/** `headers` are added to those that are set already. */
export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = toText(body)
  const length = lengthOf(text)
  for (const name of Object.keys(headers)) res.setHeader(name, headers[name] ?? '')
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Vary: VARY,
  })
  const [only, ...more] = text
  // As long in bytes as in letters: it is ASCII, which goes out without being encoded.
  if (typeof only === 'string' && more.length === 0) res.end(only, only.length === length ? 'latin1' : 'utf8')
  else sendParts(res, text)
}

/** In one packet, whatever their number. */
function sendParts(res: ServerResponse, text: WireText): void {
  res.cork()
  for (const part of text) res.write(part)
  res.end()
}

export function sendEmpty(
  res: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  res.writeHead(status, { 'Content-Length': 0, 'Cache-Control': 'no-store', Vary: VARY, ...headers })
  res.end()
}

/** What an adapter gave may not be JSON (a cycle, a big integer); the request must be answered all the same. */
export function toText(message: unknown): WireText {
  try {
    return toJson(message)
  } catch {
    const id = typeof message === 'object' && message !== null && 'id' in message ? { id: message.id } : {}
    const { rpc: code, message: text } = ERRORS.INTERNAL
    const error = { code, message: text, data: { code: 'INTERNAL' } }
    return toJson({ jsonrpc: '2.0', ...id, error })
  }
}
