/** The answer to one POST: a single JSON body, or an event stream as soon as something has to be said before the end. */

import type { ServerResponse } from 'node:http'
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js'
import { ERRORS } from '../error-table.js'
import type { Accepts } from './accept.js'
import { lengthOf, toJson, type WireText } from './wire-text.js'

export interface Exchange {
  /** Sends a message that precedes the answer, where the client takes a stream. */
  notify(message: JSONRPCMessage): void
  /** Answers one request. `status` counts only while nothing has been sent. */
  answer(id: RequestId, message: object, status?: number): void
  /** Ends one request without an answer: it was cancelled. */
  abandon(id: RequestId): void
}

const KEEP_ALIVE_MS = 15_000
/** A reader that is this far behind is not reading. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024
export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
}

export function createExchange(
  res: ServerResponse,
  {
    ids,
    batch,
    accepts,
  }: { readonly ids: readonly RequestId[]; readonly batch: boolean; readonly accepts: Accepts },
): Exchange {
  // A list: most exchanges have one request, and the largest batch fifty.
  const open = [...ids]
  const answers: object[] = []
  let status = 200
  let keepAlive: NodeJS.Timeout | undefined

  const stream = () => {
    if (res.headersSent) return
    res.writeHead(200, STREAM_HEADERS)
    keepAlive = setInterval(() => res.write(': keep-alive\n\n'), KEEP_ALIVE_MS)
    keepAlive.unref()
    res.once('close', () => clearInterval(keepAlive))
  }
  const send = (message: object) => {
    if (res.destroyed || res.writableEnded) return
    if (res.writableLength > MAX_UNSENT_BYTES) res.destroy()
    else res.write(`event: message\ndata: ${toText(message).join('')}\n\n`)
  }
  const settle = (id: RequestId) => {
    const place = open.indexOf(id)
    if (place >= 0) open.splice(place, 1)
    if (place < 0 || open.length > 0 || res.destroyed || res.writableEnded) return
    clearInterval(keepAlive)
    if (!res.headersSent && answers.length > 0 && !accepts.onlyStream)
      return sendJson(res, status, batch ? answers : answers[0])
    if (!res.headersSent && answers.length === 0 && !accepts.stream) return sendEmpty(res, 202)
    stream()
    for (const message of answers.splice(0)) send(message)
    res.end()
  }

  return {
    notify(message) {
      if (!accepts.stream || open.length === 0) return
      stream()
      send(message)
    },
    answer(id, message, code = 200) {
      if (!open.includes(id)) return
      if (res.headersSent) send(message)
      else answers.push(message)
      if (!batch) status = code
      settle(id)
    },
    abandon: settle,
  }
}

/** What an adapter gave may not be JSON (a cycle, a big integer); the request must be answered all the same. */
function toText(message: unknown): WireText {
  try {
    return toJson(message)
  } catch {
    const id = typeof message === 'object' && message !== null && 'id' in message ? { id: message.id } : {}
    const { rpc: code, message: text } = ERRORS.INTERNAL
    const error = { code, message: text, data: { code: 'INTERNAL' } }
    return [JSON.stringify({ jsonrpc: '2.0', ...id, error })]
  }
}

export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = toText(body)
  for (const name of Object.keys(headers)) res.setHeader(name, headers[name] ?? '')
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': lengthOf(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  const last = text.length - 1
  // One packet, whatever the number of parts.
  if (last > 0) res.cork()
  for (let i = 0; i < last; i += 1) res.write(text[i] ?? '')
  res.end(text[last])
}

export function sendEmpty(
  res: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  res.writeHead(status, { 'Content-Length': 0, 'Cache-Control': 'no-store', ...headers })
  res.end()
}
