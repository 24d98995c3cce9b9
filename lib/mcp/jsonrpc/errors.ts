/** Makes JSON-RPC errors: code, one sentence, and a stable string code in `data`. */

import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { AllvError } from '../../foundation/errors/allv-error.js'
import { ERRORS, type ErrorCode } from '../../foundation/errors/catalogue.js'

/** The `error` member of a JSON-RPC response. */
export interface WireError {
  /** The JSON-RPC error code. */
  readonly code: number
  /** The sentence of the error table. */
  readonly message: string
  /** The string code as `code`, `correlationId` if there is one, and the details of the error. */
  readonly data: Readonly<Record<string, unknown>>
}

/** The JSON-RPC error of the 2025 era. */
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

/**
 * Codes that differ in 2026. MCP 2026-07-28, server/resources, Error Handling, removed -32002. -32000 and similar codes are not for new
 * implementations.
 */
const RPC_2026 = new Map<ErrorCode, number>([
  ['MEMORY_NOT_FOUND', -32602],
  ['RESOURCE_NOT_FOUND', -32602],
  ['METHOD_NOT_ALLOWED', -32600],
  ['NOT_ACCEPTABLE', -32600],
  ['UNSUPPORTED_MEDIA_TYPE', -32600],
])

/** A protocol era: with `initialize` (2024-11-05 to 2025-11-25), or stateless (2026-07-28). */
export type Era = '2025' | '2026'

/** The JSON-RPC error for clients of an era. */
export function toEraError(error: AllvError, era: Era): WireError {
  const wire = toWireError(error)
  return era === '2026' ? { ...wire, code: RPC_2026.get(error.code) ?? wire.code } : wire
}

/** A JSON-RPC error response. It has no id only if the id could not be read. */
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
