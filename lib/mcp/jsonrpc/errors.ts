/** Errors as JSON-RPC says them: code, one sentence, and a stable string code in `data`. */

import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { AllvError } from '../../foundation/errors/allv-error.js'
import { ERRORS, type ErrorCode } from '../../foundation/errors/catalogue.js'

export interface WireError {
  readonly code: number
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

export function toWireError(error: AllvError): WireError {
  return {
    code: ERRORS[error.code].rpc,
    message: error.message,
    data: {
      code: error.code,
      ...(error.correlationId === undefined ? {} : { correlationId: error.correlationId }),
      ...error.details,
    },
  }
}

/** MCP 2026-07-28, server/resources, Error Handling: -32002 is gone, and -32000 and its like are not for new code. */
const RPC_2026 = new Map<ErrorCode, number>([
  ['MEMORY_NOT_FOUND', -32602],
  ['METHOD_NOT_ALLOWED', -32600],
  ['NOT_ACCEPTABLE', -32600],
  ['UNSUPPORTED_MEDIA_TYPE', -32600],
])

export type Era = '2025' | '2026'

export function toEraError(error: AllvError, era: Era): WireError {
  const wire = toWireError(error)
  return era === '2026' ? { ...wire, code: RPC_2026.get(error.code) ?? wire.code } : wire
}

/** A whole error response; the id is left out only where it could not be read. */
export function toErrorResponse(error: AllvError, id: RequestId | undefined, era: Era): object {
  return { jsonrpc: '2.0', ...(id === undefined ? {} : { id }), error: toEraError(error, era) }
}

/** Response headers of a refusal. */
export function refusalHeaders(error: AllvError): Readonly<Record<string, string>> {
  return {
    ...error.headers,
    ...(error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) }),
    ...(error.code === 'METHOD_NOT_ALLOWED' ? { Allow: 'POST' } : {}),
  }
}
