/** Runs one method of the table, and sorts how it failed. */

import { auditRefusal } from '../../control-plane/request/refusals.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { ERRORS } from '../../foundation/errors/catalogue.js'
import { cleanName } from '../../foundation/text/text.js'
import { type Era, toEraError, type WireError } from '../jsonrpc/errors.js'
import { toWireToolError } from './call-results.js'
import type { MethodCall } from './method.js'
import type { WireObject } from './results.js'
import { findMethod } from './table.js'

export type Dispatched =
  | { readonly result: WireObject; readonly cacheable: boolean }
  /** `status` is the HTTP status where nothing has been sent yet. */
  | { readonly error: WireError; readonly status: number }

export async function dispatch(era: Era, name: string, call: MethodCall): Promise<Dispatched> {
  try {
    const method = findMethod(call.runtime, name, era)
    if (method === undefined) throw new AllvError('METHOD_NOT_FOUND')
    return { result: await method.run(call), cacheable: method.cacheable }
  } catch (error) {
    // An operation records its own refusals; here are those from before there was one.
    const operation = cleanName(name, 128)
    const failure = await auditRefusal(call.runtime, call.admitted, { operation, error })
    if (isToolAnswer(era, failure)) return { result: toWireToolError(failure), cacheable: false }
    return { error: toEraError(failure, era), status: statusOf(era, failure) }
  }
}

/** A refusal that the model should read is a result; a missing ability is an error of its own in 2026. */
function isToolAnswer(era: Era, { code }: AllvError): boolean {
  return ERRORS[code].wire === 'tool' && !(era === '2026' && code === 'CLIENT_CAPABILITY_REQUIRED')
}

/** Errors of a handler travel on 200. MCP 2026-07-28, basic/transports/streamable-http: an unknown method is 404 there, a missing ability 400. */
function statusOf(era: Era, { code, status }: AllvError): number {
  if (ERRORS[code].wire === 'http') return status
  return era === '2026' && (code === 'METHOD_NOT_FOUND' || code === 'CLIENT_CAPABILITY_REQUIRED')
    ? status
    : 200
}
