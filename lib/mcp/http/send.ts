/** Sends responses that are not streams, and defines the headers of all responses. */

import { ERRORS } from '../../foundation/errors/catalogue.js'
import { lengthOf, toJson, type WireText } from './rendered-json.js'
import type { ResponseWriter } from './response-writer.js'

/** Sends the head of an event stream; `false` if the host has sent a response already. */
export function beginStream(writer: ResponseWriter): boolean {
  return writer.begin(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    'X-Content-Type-Options': 'nosniff',
    Vary: writer.vary,
  })
}

/** Sends a JSON response. `headers` are added to those that are set already. */
export function sendJson(
  writer: ResponseWriter,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(writer, status, toText(body), headers)
}

/** The same for a body that is JSON text already. */
export function sendText(
  writer: ResponseWriter,
  status: number,
  text: WireText,
  headers: Readonly<Record<string, string>> = {},
): void {
  const length = lengthOf(text)
  for (const name of Object.keys(headers)) writer.setHeader(name, headers[name] ?? '')
  const begun = writer.begin(status, {
    'Content-Type': 'application/json',
    'Content-Length': length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Vary: writer.vary,
  })
  if (begun) writer.end(text, length)
}

/** Sends a response without a body. */
export function sendEmpty(
  writer: ResponseWriter,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  const always = { 'Content-Length': 0, 'Cache-Control': 'no-store', Vary: writer.vary }
  if (writer.begin(status, { ...always, ...headers })) writer.end()
}

/** The JSON of a message, or of an INTERNAL error if it cannot be serialized: an adapter may return a cycle or a big integer. */
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
