/** Puts every refusal on record, and hands it on as an AllvError. */

import type { AllvError } from '../errors.js'
import { toAllvError } from './adapter-call.js'
import { auditFact } from './audit.js'
import type { Admitted, Received } from './context.js'
import type { Plane } from './plane.js'

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
    ...(tool === undefined ? {} : { tool }),
  })
  return failure
}
