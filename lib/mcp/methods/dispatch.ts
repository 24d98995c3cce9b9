/** Runs one method of the table and turns its errors into results or JSON-RPC errors. */

import { auditRefusal } from '../../control-plane/request/refusals.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { ERRORS } from '../../foundation/errors/catalogue.js'
import { cleanName } from '../../foundation/text/text.js'
import { type Era, toEraError, type WireError } from '../jsonrpc/errors.js'
import { toWireToolError } from './call-results.js'
import type { MethodCall } from './method.js'
import type { WireObject } from './results.js'
import { findMethod } from './table.js'

/** A result, or an error. */
export type Dispatched =
  | { readonly result: WireObject; readonly cacheable: boolean }
  /** `status` and `headers` are those of HTTP, for a response that has not begun. */
  | { readonly error: WireError; readonly status: number; readonly headers: Readonly<Record<string, string>> }

/** Runs the method `name`. Every error of the method becomes a `Dispatched`. */
export async function dispatch(era: Era, name: string, call: MethodCall): Promise<Dispatched> {
  try {
    const method = findMethod(call.runtime, name, era)
    if (method === undefined) throw new AllvError('METHOD_NOT_FOUND')
    return { result: await method.run(call), cacheable: method.cacheable }
  } catch (error) {
    // An operation audits its own refusals. This audits those that were thrown before the operation began.
    const operation = cleanName(name, 128)
    const failure = await auditRefusal(call.runtime, call.admitted, { operation, error })
    if (isToolAnswer(era, failure) || (name === 'tools/call' && isScopeAnswer(call, failure)))
      return { result: toWireToolError(failure, call.runtime.config.brand.meta), cacheable: false }
    const status = isScopeAnswer(call, failure) ? 200 : statusOf(era, failure)
    return { error: toEraError(failure, era), status, headers: failure.headers }
  }
}

/** Whether an error is sent as a tool result. In 2026 a missing client capability is a JSON-RPC error. */
function isToolAnswer(era: Era, { code }: AllvError): boolean {
  return ERRORS[code].wire === 'tool' && !(era === '2026' && code === 'CLIENT_CAPABILITY_REQUIRED')
}

/** Whether the host wants a missing scope in the body: several clients lose their connection at a 403. */
function isScopeAnswer({ runtime }: MethodCall, { code }: AllvError): boolean {
  return code === 'INSUFFICIENT_SCOPE' && runtime.config.oauth?.insufficientScope === 'tool-error'
}

/**
 * Errors of a method have status 200. MCP 2026-07-28, basic/transports/streamable-http: 404 for an unknown method, 400 for a missing client
 * capability.
 */
function statusOf(era: Era, { code, status }: AllvError): number {
  if (ERRORS[code].wire === 'http') return status
  return era === '2026' && (code === 'METHOD_NOT_FOUND' || code === 'CLIENT_CAPABILITY_REQUIRED')
    ? status
    : 200
}
