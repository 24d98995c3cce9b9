/** The error that the library throws when it refuses a request. */

import type { JsonObject } from '../json/json.js'
import { ERRORS, type ErrorCode, isErrorCode } from './catalogue.js'

/** What an AllvError holds besides its code. */
export interface AllvErrorOptions {
  /** The sentence to use instead of the catalogue's, where it names the header, or what to pass to the Agent API. It holds no data. */
  readonly message?: string
  /** The HTTP status. Default: that of the code. */
  readonly status?: number
  /** The error behind this one. `onError` receives it; it is never sent to a client. */
  readonly cause?: unknown
  /** The id that the response, the audit log and `onError` share for this request. */
  readonly correlationId?: string
  /** Data for the caller, such as the arguments that do not match the schema. */
  readonly details?: JsonObject
  /** Seconds. Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** More headers of the error response. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The library refused this request. Compare `code` and do not use `instanceof`: two copies of the package may be loaded.
 *
 * @example
 * await agent.callTool('deals.create', {}).catch((error: unknown) => {
 *   if (isAllvError(error) && error.code === 'RATE_LIMITED') return retryAfter(error.retryAfterSeconds ?? 1)
 *   throw error
 * })
 */
export class AllvError extends Error {
  /** Tells the error from others, also if it was made by another copy of the package. */
  override readonly name = 'AllvError'
  /** The stable name of the error. docs/reference/errors.md explains each. */
  readonly code: ErrorCode
  /** The HTTP status of the error. */
  readonly status: number
  /** The id that the response, the audit log and `onError` share for this request. `undefined` before a request has one. */
  readonly correlationId: string | undefined
  /** Data for the caller; `undefined` if there is none. */
  readonly details: JsonObject | undefined
  /** Seconds after which the caller may retry; `undefined` if no time is known. */
  readonly retryAfterSeconds: number | undefined
  /** More headers of the error response. */
  readonly headers: Readonly<Record<string, string>>

  /** Throws a TypeError for an unknown code. */
  constructor(code: ErrorCode, options: AllvErrorOptions = {}) {
    if (!isErrorCode(code))
      throw new TypeError(`there is no error code ${String(code)}; the type ErrorCode has them all`)
    super(
      options.message ?? ERRORS[code].message,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = code
    this.status = options.status ?? ERRORS[code].status
    this.correlationId = options.correlationId
    this.details = options.details
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? {}
  }
}

/**
 * Whether a value is an AllvError, of this or of another copy of the package.
 *
 * @example
 * app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
 *   if (isAllvError(error)) res.status(error.status).json({ code: error.code, message: error.message })
 *   else next(error)
 * })
 */
export function isAllvError(value: unknown): value is AllvError {
  return (
    value instanceof AllvError ||
    (value instanceof Error && value.name === 'AllvError' && 'code' in value && isErrorCode(value.code))
  )
}
