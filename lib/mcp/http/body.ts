/** Reads the JSON body: from the stream when nobody has yet, from `req.body` when a parser of the host came first. */

import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Head } from './headers.js'
import { linesOf, trimmed } from './single-value.js'

/** What Express parsers add to a request. */
export interface MaybeParsed extends IncomingMessage {
  readonly body?: unknown
}

/** Deeper JSON serves nothing here and would cost every later step a deep recursion. */
const MAX_DEPTH = 64
const BYTE_ORDER_MARK = '\uFEFF'

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i
/** What stands between commas that are not inside of a quoted parameter value. */
const TYPES = /(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g
const CHARSET = /;[ \t]*charset=([^; \t]*)/gi
const UTF8 = /^"?utf-?8"?$/i

/**
 * 415 unless the body is announced as `application/json` in UTF-8, without content coding. What a parser of the host has read is decoded
 * already. Where the type comes several times, each of them must fit.
 */
export function assertMediaType(req: MaybeParsed, head: Head): void {
  const encoding = head.headers['content-encoding']
  if (encoding !== undefined && !isAlreadyRead(req) && !/^(?:identity|[ \t,])*$/i.test(encoding))
    // RFC 9110, section 15.5.16: what would have been taken.
    throw new AllvError('UNSUPPORTED_MEDIA_TYPE', { headers: { 'Accept-Encoding': 'identity' } })
  const lines = linesOf(head, 'content-type')
  // As nearly every client says it.
  if (lines.length === 1 && lines[0] === 'application/json') return
  const types = lines.flatMap((line) => line.match(TYPES) ?? []).map(trimmed)
  const given = types.filter((type) => type !== '')
  if (given.length === 0 || !given.every(isJsonInUtf8)) throw new AllvError('UNSUPPORTED_MEDIA_TYPE')
}

function isJsonInUtf8(type: string): boolean {
  return JSON_TYPE.test(type) && [...type.matchAll(CHARSET)].every(([, name = '']) => UTF8.test(name))
}

export interface BodyLimits {
  readonly bytes: number
  /** For all of it to come, in milliseconds. */
  readonly ms: number
  /** Aborts when nobody waits for bodies any more. */
  readonly closing: AbortSignal
}

export interface Body {
  /** Parsed. It may still be anything: see `assertPlain`. */
  readonly value: unknown
  /** It was not here at once: what was asked before may have changed meanwhile. */
  readonly late: boolean
}

/** Throws BODY_TOO_LARGE, REQUEST_TIMEOUT, SHUTTING_DOWN or PARSE_ERROR. */
export async function readBody(req: MaybeParsed, { headers }: Head, limits: BodyLimits): Promise<Body> {
  const announced = Number(headers['content-length'] ?? 0)
  if (announced > limits.bytes && !isAlreadyRead(req)) throw refusal('BODY_TOO_LARGE')
  // A small body is here when its turn comes: no need to listen for it.
  const bytes: unknown = req.read()
  if (Buffer.isBuffer(bytes) && bytes.length === announced) return { value: parse(bytes), late: false }
  const first = Buffer.isBuffer(bytes) || typeof bytes === 'string' ? bytes : null
  if (first === null && isAlreadyRead(req)) return { value: fromHost(req.body), late: false }
  return { value: parse(await collect(req, first, limits)), late: true }
}

/** The rest of the body is not waited for, so the connection cannot be used again. RFC 9110, sections 15.5.9 and 15.5.14. */
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
      // A host may have set an encoding.
      const chunk = typeof data === 'string' ? Buffer.from(data) : data
      size += chunk.length
      if (size > limit) fail(refusal('BODY_TOO_LARGE'))
      else chunks.push(chunk)
    }
    const onEnd = () =>
      finish(() =>
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
      )
    // Nobody is left to read the answer; the error only ends the work.
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

/** Refuses deep nesting, and keys that turn into a prototype when a tool copies the arguments carelessly. */
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
