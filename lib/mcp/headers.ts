/** Reads credential and member headers. A key is hashed here, on the first line that touches it, and goes no further. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { TraceContext } from '../adapters/principal.js'
import type { ErrorCode } from '../error-table.js'
import { AllvError } from '../errors.js'
import { digestApiKey } from '../identity.js'
import type { MemberSelector, Presented } from '../pipeline/context.js'

/**
 * The head of a request, read off once: Express gives each request a hidden class of its own, so every look at one costs as much as a small
 * function.
 */
export interface Head {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
}

export function readHead({ method = '', headers, rawHeaders }: IncomingMessage): Head {
  return { method, headers, rawHeaders }
}

const NONE: Presented = Object.freeze({ kind: 'none' })
/** RFC 6750, section 2.1; the scheme is case-insensitive (RFC 9110, section 11.1). */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i
const KEY = /^[!-~]{1,512}$/
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

const ONCE = new Map<string, ErrorCode>([
  ['authorization', 'CREDENTIALS_AMBIGUOUS'],
  ['x-api-key', 'CREDENTIALS_AMBIGUOUS'],
  ['x-allv-user-id', 'MEMBER_AMBIGUOUS'],
  ['x-allv-user-email', 'MEMBER_AMBIGUOUS'],
])

const ONCE_LENGTHS: ReadonlySet<number> = new Set([...ONCE.keys()].map(({ length }) => length))

/** Node keeps the first or joins repeated headers; a proxy may see the other one. So a repeated identity header is refused. */
export function assertNoRepeats({ rawHeaders }: Head): void {
  const seen: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const given = rawHeaders[i] ?? ''
    if (!ONCE_LENGTHS.has(given.length)) continue
    const name = given.toLowerCase()
    const code = ONCE.get(name)
    if (code === undefined) continue
    if (seen.includes(name)) throw new AllvError(code)
    seen.push(name)
  }
}

/** The API key of either header, as a digest. Two headers may both be there when they hold the same key. */
export function readCredential({ headers }: Head): Presented {
  const bearer = BEARER.exec(headers.authorization?.trim() ?? '')?.[1]
  const apiKey = singleValue(headers['x-api-key'])
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey)
    throw new AllvError('CREDENTIALS_AMBIGUOUS')
  const key = bearer ?? apiKey
  return key !== undefined && KEY.test(key) ? { kind: 'api-key', digest: digestApiKey(key) } : NONE
}

export function readSelector({ headers }: Head): MemberSelector {
  const id = singleValue(headers['x-allv-user-id'])
  const email = singleValue(headers['x-allv-user-email'])
  return {
    ...(id === undefined ? {} : { id: fromWire(id) }),
    ...(email === undefined ? {} : { email: fromWire(email) }),
  }
}

/** W3C trace context; malformed values are dropped. */
export function readTrace({ headers }: Head): TraceContext | null {
  const traceparent = singleValue(headers['traceparent'])
  if (!isTraceparent(traceparent)) return null
  const tracestate = singleValue(headers['tracestate'])
  return { traceparent, ...(tracestate === undefined ? {} : { tracestate }) }
}

export function isTraceparent(value: unknown): value is string {
  return typeof value === 'string' && TRACEPARENT.test(value)
}

/** An empty value counts as absent: clients send one when a variable of their configuration is unset. */
export function singleValue(value: string | string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? value.trim() : undefined
  return text === '' ? undefined : text
}

const ASCII = /^[ -~]*$/

/** Node reads header bytes as Latin-1; names and addresses beyond ASCII are sent in UTF-8. */
function fromWire(value: string): string {
  return ASCII.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8')
}
