/** Every refusal and failure of the library, in one table. */

import type { JsonObject } from './adapters/json.js'

interface ErrorEntry {
  /** HTTP status where the whole request is refused, or where `wire` is `http`. */
  readonly status: number
  /** JSON-RPC error code. Spec codes where one exists, otherwise status * 100 + n: outside the reserved range. MCP 2026-07-28, basic, Error Codes. */
  readonly rpc: number
  /** How the MCP face answers: an HTTP refusal, a JSON-RPC error on 200, or a tool result with `isError`. */
  readonly wire: 'http' | 'rpc' | 'tool'
  /** One plain sentence: which gate refused, and what to do. It holds no data. */
  readonly message: string
}

export const ERRORS = {
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    rpc: 40301,
    wire: 'http',
    message:
      'the origin check refused this request; the host app lists the origins that may call in allowedOrigins',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    rpc: 40401,
    wire: 'http',
    message: 'there is nothing at this path; send MCP requests to /workspaces/{workspaceId}/mcp',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    rpc: -32000,
    wire: 'http',
    message: 'this endpoint only takes POST; it keeps no session and offers no standalone stream',
  },
  UNAUTHENTICATED: {
    status: 401,
    rpc: 40101,
    wire: 'http',
    message:
      'the key check refused this request; send a valid API key of this workspace as "Authorization: Bearer <key>" or "x-api-key"',
  },
  CREDENTIALS_AMBIGUOUS: {
    status: 400,
    rpc: 40001,
    wire: 'http',
    message: 'the key check refused this request; send one API key, in one header, once',
  },
  MEMBER_AMBIGUOUS: {
    status: 400,
    rpc: 40002,
    wire: 'http',
    message:
      'the member check refused this request; x-allv-user-id and x-allv-user-email must be sent once and name the same member',
  },
  MEMBER_REQUIRED: {
    status: 400,
    rpc: 40003,
    wire: 'http',
    message: 'the member check refused this request; name the member in x-allv-user-id or x-allv-user-email',
  },
  MEMBER_NOT_ALLOWED: {
    status: 400,
    rpc: 40004,
    wire: 'http',
    message:
      'the member check refused this request; name an active member of this workspace for whom this key may act',
  },
  FEATURE_DISABLED: {
    status: 403,
    rpc: 40302,
    wire: 'http',
    message: 'MCP is switched off for this workspace; ask an administrator of the workspace to switch it on',
  },
  RATE_LIMITED: {
    status: 429,
    rpc: 42901,
    wire: 'http',
    message: 'too many requests with this key for this member; wait as long as Retry-After says',
  },
  SHUTTING_DOWN: {
    status: 503,
    rpc: 50301,
    wire: 'http',
    message: 'this server is shutting down; send the request again',
  },
  UNAVAILABLE: {
    status: 503,
    rpc: 50302,
    wire: 'http',
    message:
      'a service behind this endpoint is unavailable; send the request again later, or report the correlation id',
  },
  RUN_LOG_UNAVAILABLE: {
    status: 503,
    rpc: 50303,
    wire: 'http',
    message: 'the run could not be recorded, so the tool was not run; send the request again later',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    rpc: -32000,
    wire: 'http',
    message: 'the Accept header allows neither application/json nor text/event-stream',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    rpc: -32000,
    wire: 'http',
    message: 'send the body as application/json in UTF-8 without content encoding',
  },
  BODY_TOO_LARGE: {
    status: 413,
    rpc: 41301,
    wire: 'http',
    message: 'the body is larger than this endpoint takes',
  },
  PARSE_ERROR: { status: 400, rpc: -32700, wire: 'http', message: 'the body is not valid JSON in UTF-8' },
  INVALID_REQUEST: {
    status: 400,
    rpc: -32600,
    wire: 'http',
    message: 'the body is not a valid JSON-RPC 2.0 message for this endpoint',
  },
  UNSUPPORTED_PROTOCOL_VERSION: {
    status: 400,
    rpc: -32000,
    wire: 'http',
    message: 'the MCP-Protocol-Version header names a version that this endpoint does not serve',
  },
  METHOD_NOT_FOUND: { status: 404, rpc: -32601, wire: 'rpc', message: 'this method is not offered here' },
  INVALID_PARAMS: {
    status: 400,
    rpc: -32602,
    wire: 'rpc',
    message: 'the params of this request are not valid for its method',
  },
  INVALID_CURSOR: {
    status: 400,
    rpc: -32602,
    wire: 'rpc',
    message: 'this cursor is not valid here; list again without a cursor',
  },
  TOOL_NOT_FOUND: {
    status: 404,
    rpc: -32602,
    wire: 'rpc',
    message:
      'no tool of this name is available to this member with this key; list the tools to see which are',
  },
  MEMORY_NOT_FOUND: {
    status: 404,
    rpc: -32002,
    wire: 'rpc',
    message:
      'no memory entry at this address is available to this member with this key; list the resources to see which are',
  },
  INTERNAL: {
    status: 500,
    rpc: -32603,
    wire: 'rpc',
    message: 'an internal error occurred; report the correlation id',
  },
  INVALID_ARGUMENTS: {
    status: 400,
    rpc: -32602,
    wire: 'tool',
    message: 'the arguments do not fit the input schema of this tool',
  },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    rpc: 40901,
    wire: 'tool',
    message:
      'this idempotency key was used with other arguments; nothing was run, use a new key for a new call',
  },
  IDEMPOTENCY_UNSUPPORTED: {
    status: 400,
    rpc: 40005,
    wire: 'tool',
    message:
      'this server keeps no runs, so it cannot honour an idempotency key; nothing was run, call without one',
  },
  APPROVAL_PENDING: {
    status: 202,
    rpc: 20201,
    wire: 'tool',
    message: 'not run yet: the call waits for approval; repeat the same call after it was approved',
  },
  APPROVAL_DENIED: { status: 403, rpc: 40303, wire: 'tool', message: 'not run: the call was denied' },
  APPROVAL_EXPIRED: {
    status: 409,
    rpc: 40902,
    wire: 'tool',
    message: 'not run: the approval expired before it was used; repeat the call to ask again',
  },
  OUTCOME_UNKNOWN: {
    status: 409,
    rpc: 40903,
    wire: 'tool',
    message:
      'the call was started and its outcome is unknown; it will not be run again, check its effect before asking anew',
  },
  RUN_IN_PROGRESS: {
    status: 409,
    rpc: 40904,
    wire: 'tool',
    message: 'the same call is still running; repeat it to get its outcome',
  },
  TOOL_FAILED: {
    status: 502,
    rpc: 50201,
    wire: 'tool',
    message: 'the tool failed; report the correlation id',
  },
  TOOL_TIMED_OUT: {
    status: 504,
    rpc: 50401,
    wire: 'tool',
    message: 'the tool did not answer within its time limit; it may have had an effect all the same',
  },
  CANCELLED: { status: 499, rpc: 49901, wire: 'tool', message: 'the call was cancelled' },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

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

  constructor(code: ErrorCode, options: AllvErrorOptions = {}) {
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
