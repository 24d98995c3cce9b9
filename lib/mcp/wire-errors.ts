/** Errors as JSON-RPC says them: code, one sentence, and a stable string code in `data`. */

import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { type AllvError, ERRORS } from '../errors.js'

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

/** A whole error response; the id is left out only where it could not be read. */
export function toErrorResponse(error: AllvError, id: RequestId | undefined): object {
  return { jsonrpc: '2.0', ...(id === undefined ? {} : { id }), error: toWireError(error) }
}

/** Response headers of a refusal. */
export function refusalHeaders(error: AllvError): Readonly<Record<string, string>> {
  return {
    ...error.headers,
    ...(error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) }),
    ...(error.code === 'METHOD_NOT_ALLOWED' ? { Allow: 'POST' } : {}),
  }
}
