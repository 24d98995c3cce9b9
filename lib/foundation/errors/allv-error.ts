/** The error that a refused request ends with. */

import type { JsonObject } from '../json/json.js'
import { ERRORS, type ErrorCode } from './catalogue.js'

export interface AllvErrorOptions {
  /** What happened underneath. Told to `onError`; it never leaves. */
  readonly cause?: unknown
  readonly correlationId?: string
  /** Data that the caller may see, such as which arguments do not fit. */
  readonly details?: JsonObject
  /** Seconds, for `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** Further response headers of the refusal. */
  readonly headers?: Readonly<Record<string, string>>
}

/** This request cannot be served. Compare `code`, not the class: two copies of the package may be loaded. */
export class AllvError extends Error {
  override readonly name = 'AllvError'
  readonly code: ErrorCode
  readonly status: number
  readonly correlationId: string | undefined
  readonly details: JsonObject | undefined
  readonly retryAfterSeconds: number | undefined
  readonly headers: Readonly<Record<string, string>>

  /** Throws a TypeError for a code that there is not. */
  constructor(code: ErrorCode, options: AllvErrorOptions = {}) {
    if (!Object.hasOwn(ERRORS, code))
      throw new TypeError(`there is no error code ${String(code)}; README.md lists them`)
    super(ERRORS[code].message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = ERRORS[code].status
    this.correlationId = options.correlationId
    this.details = options.details
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? {}
  }
}

export function isAllvError(value: unknown): value is AllvError {
  return (
    value instanceof AllvError ||
    (value instanceof Error &&
      value.name === 'AllvError' &&
      'code' in value &&
      typeof value.code === 'string' &&
      Object.hasOwn(ERRORS, value.code))
  )
}
