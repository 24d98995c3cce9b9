/** Puts every refusal on record, and hands it on as an AllvError. */

import type { AllvError } from '../errors.js'
import { cleanName } from '../text.js'
import { toAllvError } from './adapter-call.js'
import { auditFact } from './audit.js'
import type { Admitted, Received } from './context.js'
import type { Plane } from './plane.js'

const reasons = new WeakMap<AllvError, string>()

/** Notes why, for the audit trail alone: nothing of it is in the error, so no caller can tell missing from forbidden by it. */
export function explained(error: AllvError, reason: string | null): AllvError {
  if (reason !== null) reasons.set(error, reason)
  return error
}

/** Runs `act`; what it throws is audited as a refusal of `operation`. */
export async function audited<T>(
  plane: Plane,
  admitted: Admitted,
  operation: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw await refused(plane, admitted, { operation, error })
  }
}

export async function refused(
  plane: Plane,
  reached: Received,
  { operation, error, tool }: { readonly operation: string; readonly error: unknown; readonly tool?: string },
): Promise<AllvError> {
  const failure = toAllvError(plane, reached.correlationId, error)
  await auditFact(plane, reached, {
    type: 'request.refused',
    operation,
    code: failure.code,
    ...(tool === undefined ? {} : { tool: tool.slice(0, 128) }),
    ...reasonOf(failure),
  })
  return failure
}

const MOST_REASON = 200

function reasonOf(failure: AllvError): { readonly reason?: string } {
  const reason = reasons.get(failure)
  return reason === undefined ? {} : { reason: cleanName(reason, MOST_REASON) }
}
