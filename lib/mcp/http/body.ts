/** Reads the JSON body of a request: from `req.body` if a parser of the host has read it, otherwise from the stream. */

import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Head } from './headers.js'
import { linesOf, trimmed } from './single-value.js'

/** A request whose body an Express parser may have read. */
export interface MaybeParsed extends IncomingMessage {
  /** The parsed body; `undefined` if no parser has read it. */
  readonly body?: unknown
}

/** Levels. No MCP message needs more, and later steps recurse as deep as the body. */
const MAX_DEPTH = 64
const BYTE_ORDER_MARK = '\uFEFF'

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i
/** The parts between commas, where commas inside quoted values do not count. */
const TYPES = /(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g
const CHARSET = /;[ \t]*charset=([^; \t]*)/gi
const UTF8 = /^"?utf-?8"?$/i

/**
 * Throws UNSUPPORTED_MEDIA_TYPE (415) unless the headers say `application/json` in UTF-8 without content coding. A body that a host's parser
 * has read may have a coding, since it is decoded. If there are several types, each must match.
 */
export function assertMediaType(req: MaybeParsed, head: Head): void {
  const encoding = head.headers['content-encoding']
  if (encoding !== undefined && !isAlreadyRead(req) && !/^(?:identity|[ \t,])*$/i.test(encoding))
    // RFC 9110, section 15.5.16: the codings that are accepted.
    throw new AllvError('UNSUPPORTED_MEDIA_TYPE', { headers: { 'Accept-Encoding': 'identity' } })
  const lines = linesOf(head, 'content-type')
  // The header of nearly every client.
  if (lines.length === 1 && lines[0] === 'application/json') return
  const types = lines.flatMap((line) => line.match(TYPES) ?? []).map(trimmed)
  const named = types.filter((type) => type !== '')
  if (named.length === 0 || !named.every(isJsonInUtf8)) throw new AllvError('UNSUPPORTED_MEDIA_TYPE')
}

function isJsonInUtf8(type: string): boolean {
  return JSON_TYPE.test(type) && [...type.matchAll(CHARSET)].every(([, name = '']) => UTF8.test(name))
}

/** Limits for one body. */
export interface BodyLimits {
  /** The largest body, in bytes. */
  readonly bytes: number
  /** The time for the whole body to arrive, in milliseconds. */
  readonly ms: number
  /** Aborts when the router closes; the body is then not waited for. */
  readonly closing: AbortSignal
}

/** A body that was read. */
export interface Body {
  /** The parsed JSON. It can be any value: see `assertPlain`. */
  readonly value: unknown
  /** The body did not arrive at once, so checks made before it may be outdated. */
  readonly late: boolean
}

/** Reads and parses the body. Throws BODY_TOO_LARGE, REQUEST_TIMEOUT, SHUTTING_DOWN or PARSE_ERROR. */
export async function readBody(req: MaybeParsed, { headers }: Head, limits: BodyLimits): Promise<Body> {
  const announced = Number(headers['content-length'] ?? 0)
  if (announced > limits.bytes && !isAlreadyRead(req)) throw refusal('BODY_TOO_LARGE')
  // A small body is usually in the buffer already, which saves the listeners.
  const bytes: unknown = req.read()
  if (Buffer.isBuffer(bytes) && bytes.length === announced) return { value: parse(bytes), late: false }
  const first = Buffer.isBuffer(bytes) || typeof bytes === 'string' ? bytes : null
  if (first === null && isAlreadyRead(req)) return { value: fromHost(req.body), late: false }
  return { value: parse(await collect(req, first, limits)), late: true }
}

/** Closes the connection, since the rest of the body stays unread. RFC 9110, sections 15.5.9 and 15.5.14. */
function refusal(code: 'BODY_TOO_LARGE' | 'REQUEST_TIMEOUT' | 'SHUTTING_DOWN'): AllvError {
  const headers = { Connection: 'close' }
  return new AllvError(code, code === 'SHUTTING_DOWN' ? { headers, retryAfterSeconds: 1 } : { headers })
}

function isAlreadyRead(req: MaybeParsed): boolean {
  return req.readableDidRead || req.readableEnded
}

function fromHost(body: unknown): unknown {
  if (typeof body === 'string') return parse(Buffer.from(body))
  return Buffer.isBuffer(body) ? parse(body) : body
}

function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new AllvError('PARSE_ERROR')
  try {
    const text = bytes.toString('utf8')
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text)
  } catch {
    throw new AllvError('PARSE_ERROR')
  }
}

function collect(
  req: IncomingMessage,
  first: Buffer | string | null,
  { bytes: limit, ms, closing }: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      closing.removeEventListener('abort', onClosing)
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      settle()
    }
    const fail = (error: AllvError) => {
      req.pause()
      finish(() => reject(error))
    }
    const onData = (data: Buffer | string) => {
      // Text comes only if the host has called `setEncoding`.
      const chunk = typeof data === 'string' ? Buffer.from(data) : data
      size += chunk.length
      if (size > limit) fail(refusal('BODY_TOO_LARGE'))
      else chunks.push(chunk)
    }
    const onEnd = () =>
      finish(() =>
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
      )
    // The client is gone. The error only ends the request.
    const onGone = () => finish(() => reject(new AllvError('PARSE_ERROR')))
    const onClosing = () => fail(refusal('SHUTTING_DOWN'))
    const timer = setTimeout(() => fail(refusal('REQUEST_TIMEOUT')), ms)
    if (req.destroyed) return onGone()
    if (closing.aborted) return onClosing()
    closing.addEventListener('abort', onClosing, { once: true })
    req.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
    if (first !== null) onData(first)
  })
}

/** Throws INVALID_REQUEST for deep nesting, and for the key `__proto__`, which could set a prototype when a tool copies its arguments. */
export function assertPlain(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_DEPTH) throw new AllvError('INVALID_REQUEST')
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') assertPlain(item, depth + 1)
    return
  }
  if (Object.hasOwn(value, '__proto__')) throw new AllvError('INVALID_REQUEST')
  for (const item of Object.values(value)) if (typeof item === 'object') assertPlain(item, depth + 1)
}
