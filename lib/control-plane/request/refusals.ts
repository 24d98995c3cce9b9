/** Puts every refusal on record, once, and hands it on as an AllvError. */

import type { AllvError } from '../../foundation/errors/allv-error.js'
import type { ErrorCode } from '../../foundation/errors/catalogue.js'
import { cleanName } from '../../foundation/text/text.js'
import { toAllvError } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { auditFact } from './audit.js'
import type { Reached } from './stages.js'

const reasons = new WeakMap<AllvError, string>()

/** Notes why, for the audit trail alone: nothing of it is in the error, so no caller can tell missing from forbidden by it. */
export function explained(error: AllvError, reason: string | null): AllvError {
  if (reason !== null) reasons.set(error, reason)
  return error
}

/**
 * Of requests that proved nothing, the refusals that are kept: whoever gets one tried an identity, or came from a page that may not. The
 * others (no such path, another verb, a store that is down, a server that shuts down) say nothing of anybody.
 */
const KEPT_BEFORE_AUTHENTICATION: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHENTICATED',
  'CREDENTIALS_AMBIGUOUS',
  'MEMBER_AMBIGUOUS',
  'ORIGIN_NOT_ALLOWED',
])

/** Refusals pass several places that would record them; the first one does, for it knows most. */
const onRecord = new WeakSet<AllvError>()

/** Runs `act`; what it throws is audited as a refusal of `operation`. */
export async function auditingRefusals<T>(
  runtime: Runtime,
  reached: Reached,
  operation: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw await auditRefusal(runtime, reached, { operation, error })
  }
}

export async function auditRefusal(
  runtime: Runtime,
  reached: Reached,
  { operation, error, tool }: { readonly operation: string; readonly error: unknown; readonly tool?: string },
): Promise<AllvError> {
  const failure = toAllvError(runtime, reached.received.correlationId, error)
  const kept = reached.principal !== undefined || KEPT_BEFORE_AUTHENTICATION.has(failure.code)
  if (!kept || onRecord.has(failure)) return failure
  onRecord.add(failure)
  await auditFact(runtime, reached, {
    type: 'request.refused',
    operation,
    code: failure.code,
    ...(tool === undefined ? {} : { tool }),
    ...reasonOf(failure),
  })
  return failure
}

const MOST_REASON = 200

function reasonOf(failure: AllvError): { readonly reason?: string } {
  const reason = reasons.get(failure)
  return reason === undefined ? {} : { reason: cleanName(reason, MOST_REASON) }
}
