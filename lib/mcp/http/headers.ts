/** Reads credential and member headers. A key is hashed here, on the first line that touches it, and goes no further. */

import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { TraceContext } from '../../adapters/principal.js'
import type { MemberSelector, Presented } from '../../control-plane/request/stages.js'
import { digestApiKey } from '../../foundation/crypto/api-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { ErrorCode } from '../../foundation/errors/catalogue.js'
import { singleValue, trimmed } from './single-value.js'
import { traceContextOf } from './trace-context.js'

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
/** The scheme is case-insensitive (RFC 9110, section 11.1). */
const BEARER = /^bearer +([^ ]+)$/i
/** Alike in both headers, and more than RFC 6750, section 2.1 allows: keys are the host's own. */
const KEY = /^[!-~]{1,512}$/

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

/**
 * The API key of either header, as a digest. Two headers may both be there when they hold the same key. An `Authorization` that holds no
 * key is refused also beside a key: it may be two keys that a proxy joined.
 */
export function readCredential({ headers }: Head): Presented {
  const authorization = given(headers.authorization)
  const bearer = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1]
  const apiKey = given(headers['x-api-key'])
  if (authorization !== undefined && bearer === undefined) return NONE
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey)
    throw new AllvError('CREDENTIALS_AMBIGUOUS')
  const key = bearer ?? apiKey
  return key !== undefined && KEY.test(key) ? { kind: 'api-key', digest: digestApiKey(key) } : NONE
}

export function readSelector({ headers }: Head): MemberSelector {
  const id = given(headers['x-allv-user-id'])
  const email = given(headers['x-allv-user-email'])
  return {
    ...(id === undefined ? {} : { id: fromWire(id) }),
    ...(email === undefined ? {} : { email: fromWire(email) }),
  }
}

/** W3C trace context; malformed values are dropped. */
export function readTrace(head: Head): TraceContext | null {
  const traceparent = singleValue(head, 'traceparent')
  return traceparent === undefined
    ? null
    : traceContextOf({ traceparent, tracestate: singleValue(head, 'tracestate', { holdsCommas: true }) })
}

/** An identity header as it is: where others may come twice alike, these are refused. An empty value counts as absent. */
function given(value: string | string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? trimmed(value) : ''
  return text === '' ? undefined : text
}

const ASCII = /^[ -~]*$/

/** Node reads header bytes as Latin-1. Most programs send text beyond ASCII in UTF-8, those with `fetch` can only send Latin-1. */
function fromWire(value: string): string {
  if (ASCII.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : value
}

export function idempotencyKeyIn(head: Head): string | undefined {
  return singleValue(head, 'idempotency-key', { holdsCommas: true })
}
