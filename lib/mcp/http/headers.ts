/** Reads the head of a request, its credential and its trace context. A key is hashed here, and later code sees its digest only. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { TraceContext } from '../../adapters/principal.js'
import type { Presented } from '../../control-plane/request/stages.js'
import { digestApiKey } from '../../foundation/crypto/api-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { singleValue, trimmed } from './single-value.js'
import { traceContextOf } from './trace-context.js'

/**
 * Method and headers of a request, read once. Express gives each request its own hidden class, so each access to one is slow.
 */
export interface Head {
  /** The HTTP method; empty if the request has none. */
  readonly method: string
  /** The headers as Node parsed them: lower-case names, most repeats joined. */
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[]
}

/** Reads the head of a request. */
export function readHead({ method = '', headers, rawHeaders }: IncomingMessage): Head {
  return { method, headers, rawHeaders }
}

const NONE: Presented = Object.freeze({ kind: 'none' })
/** The scheme is case-insensitive (RFC 9110, section 11.1). */
const BEARER = /^bearer +([^ ]+)$/i
/** The form of a key, in both headers. It allows more than RFC 6750, section 2.1, since a host may have its own form of keys. */
const KEY = /^[!-~]{1,512}$/

/**
 * The digest of the API key in either header. Both headers may be sent if they hold the same key. An `Authorization` without a key counts
 * as no credential, also next to a valid `x-api-key`: a proxy may have joined two keys in it.
 */
export function readCredential({ headers }: Head): Presented {
  const authorization = identityValue(headers.authorization)
  const bearer = authorization === undefined ? undefined : bearerIn(authorization)
  const apiKey = identityValue(headers['x-api-key'])
  if (authorization !== undefined && bearer === undefined) return NONE
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey)
    throw new AllvError('CREDENTIALS_AMBIGUOUS')
  const key = bearer ?? apiKey
  return key !== undefined && KEY.test(key) ? { kind: 'api-key', digest: digestApiKey(key) } : NONE
}

/** The credential in a value of `Authorization`, if its scheme is Bearer. */
export function bearerIn(authorization: string): string | undefined {
  return BEARER.exec(authorization)?.[1]
}

/** The W3C trace context; `null` if there is no valid `traceparent`. */
export function readTrace(head: Head): TraceContext | null {
  const traceparent = singleValue(head, 'traceparent')
  return traceparent === undefined
    ? null
    : traceContextOf({ traceparent, tracestate: singleValue(head, 'tracestate', { holdsCommas: true }) })
}

/** The value of an identity header. An empty value counts as absent. Equal copies are not merged, since repeats are refused. */
export function identityValue(value: string | string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? trimmed(value) : ''
  return text === '' ? undefined : text
}

/** The `Idempotency-Key` header; `undefined` without one. */
export function idempotencyKeyIn(head: Head): string | undefined {
  return singleValue(head, 'idempotency-key', { holdsCommas: true })
}
