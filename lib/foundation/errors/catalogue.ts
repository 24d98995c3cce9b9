/** The table of all errors of the library. */

import { CALL_ERRORS } from './call-errors.js'
import { type ErrorEntry, entry } from './entry.js'

/** All errors by code, those of tool calls included. */
export const ERRORS = {
  ORIGIN_NOT_ALLOWED: entry(
    403,
    40301,
    'http',
    'the origin check refused this request; the host app lists the origins that may call in allowedOrigins',
  ),
  ROUTE_NOT_FOUND: entry(
    404,
    40401,
    'http',
    'there is nothing at this path; send MCP requests to /workspaces/{workspaceId}/mcp',
  ),
  METHOD_NOT_ALLOWED: entry(
    405,
    -32000,
    'http',
    'this endpoint only takes POST; it keeps no session and offers no standalone stream',
  ),
  UNAUTHENTICATED: entry(
    401,
    40101,
    'http',
    'the key check refused this request; send a valid API key of this workspace as "Authorization: Bearer <key>" or "x-api-key"',
  ),
  CREDENTIALS_AMBIGUOUS: entry(
    400,
    40001,
    'http',
    'the key check refused this request; send one API key, in one header, once',
  ),
  MEMBER_AMBIGUOUS: entry(
    400,
    40002,
    'http',
    'the member check refused this request; x-allv-user-id and x-allv-user-email must be sent once and name the same member',
  ),
  MEMBER_REQUIRED: entry(
    400,
    40003,
    'http',
    'the member check refused this request; name the member in x-allv-user-id or x-allv-user-email',
  ),
  MEMBER_NOT_ALLOWED: entry(
    400,
    40004,
    'http',
    'the member check refused this request; name an active member of this workspace for whom this key may act',
  ),
  INSUFFICIENT_SCOPE: entry(
    403,
    40304,
    'http',
    'the access token lacks a scope for this; sign in again and ask for the scopes in data.requiredScopes',
  ),
  FEATURE_DISABLED: entry(
    403,
    40302,
    'http',
    'MCP is switched off for this workspace; ask an administrator of the workspace to switch it on',
  ),
  RATE_LIMITED: entry(
    429,
    42901,
    'http',
    'too many requests with this key for this member; wait as long as Retry-After says',
  ),
  SHUTTING_DOWN: entry(503, 50301, 'http', 'this server is shutting down; send the request again'),
  UNAVAILABLE: entry(
    503,
    50302,
    'http',
    'a service behind this endpoint is unavailable; send the request again later, or report the correlation id',
  ),
  RUN_LOG_UNAVAILABLE: entry(
    503,
    50303,
    'http',
    'the run could not be recorded, so the tool was not run; send the request again later',
  ),
  NOT_ACCEPTABLE: entry(
    406,
    -32000,
    'http',
    'the Accept header allows neither application/json nor text/event-stream',
  ),
  UNSUPPORTED_MEDIA_TYPE: entry(
    415,
    -32000,
    'http',
    'send the body as application/json in UTF-8 without content encoding',
  ),
  BODY_TOO_LARGE: entry(413, 41301, 'http', 'the body is larger than this endpoint takes'),
  REQUEST_TIMEOUT: entry(408, 40802, 'http', 'the body did not arrive in time; send the request again'),
  PARSE_ERROR: entry(400, -32700, 'http', 'the body is not valid JSON in UTF-8'),
  INVALID_REQUEST: entry(
    400,
    -32600,
    'http',
    'the body is not a valid JSON-RPC 2.0 message for this endpoint',
  ),
  ID_TOO_LONG: entry(400, -32600, 'http', 'the request id is longer than 1024 bytes; send a shorter one'),
  PROGRESS_TOKEN_TOO_LONG: entry(400, -32602, 'http', 'the progress token is longer than 1024 bytes'),
  UNSUPPORTED_PROTOCOL_VERSION: entry(
    400,
    -32000,
    'http',
    'the MCP-Protocol-Version header names a version that this endpoint does not serve',
  ),
  SESSION_NOT_FOUND: entry(
    404,
    -32001,
    'http',
    'this session is not valid for this key and member; send initialize again',
  ),
  HEADER_MISMATCH: entry(
    400,
    -32020,
    'http',
    'the MCP headers of this request are missing or do not agree with its body',
  ),
  UNKNOWN_PROTOCOL_VERSION: entry(
    400,
    -32022,
    'http',
    'this protocol version is not supported here; data.supported lists those that are',
  ),
  ENVELOPE_INCOMPLETE: entry(
    400,
    -32602,
    'http',
    'the _meta of this request lacks the protocol version or the client capabilities, or they are malformed',
  ),
  PROMPT_NOT_FOUND: entry(
    404,
    -32602,
    'rpc',
    'no prompt of this name is available to this member with this key; list the prompts to see which are',
  ),
  TOO_MANY_STREAMS: entry(
    429,
    -32603,
    'rpc',
    'too many open streams with this key for this member; close one first',
  ),
  ANSWERS_TOO_LARGE: entry(
    413,
    41302,
    'rpc',
    'the requests ran, but the responses of this batch are too large together',
  ),
  REQUEST_STATE_INVALID: entry(
    400,
    -32602,
    'rpc',
    'this requestState is not valid for this call; send the call again without it',
  ),
  TASK_NOT_FOUND: entry(
    404,
    -32602,
    'rpc',
    'this member has no task with this id, or the task ended and is no longer kept',
  ),
  URL_ELICITATION_REQUIRED: entry(
    202,
    -32042,
    'rpc',
    'not run yet: the call waits for approval; open the address, and repeat the same call after it was approved',
  ),
  METHOD_NOT_FOUND: entry(404, -32601, 'rpc', 'this method is not offered here'),
  INVALID_PARAMS: entry(400, -32602, 'rpc', 'the params of this request are not valid for its method'),
  INVALID_CURSOR: entry(400, -32602, 'rpc', 'this cursor is not valid here; list again without a cursor'),
  TOOL_NOT_FOUND: entry(
    404,
    -32602,
    'rpc',
    'no tool of this name is available to this member with this key; list the tools to see which are',
  ),
  MEMORY_NOT_FOUND: entry(
    404,
    -32002,
    'rpc',
    'no memory entry at this address is available to this member with this key; list the resources to see which are',
  ),
  RESOURCE_NOT_FOUND: entry(
    404,
    -32002,
    'rpc',
    'no resource at this address is available to this member with this key; list the resources to see which are',
  ),
  INTERNAL: entry(500, -32603, 'rpc', 'an internal error occurred; report the correlation id'),
  ANSWER_TOO_LARGE: entry(502, 50203, 'rpc', 'the result is too large to send; report the correlation id'),
  ...CALL_ERRORS,
} as const satisfies Record<string, ErrorEntry>

/** The code of an AllvError. docs/reference/errors.md explains each. */
export type ErrorCode = keyof typeof ERRORS

/** Whether this version knows the code. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code)
}
