/** Writes every refusal to the audit log once, and makes an `AllvError` of it. */

import type { AllvError } from '../../foundation/errors/allv-error.js'
import type { ErrorCode } from '../../foundation/errors/catalogue.js'
import { cleanName } from '../../foundation/text/text.js'
import { toAllvError } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { auditFact } from './audit.js'
import type { Reached } from './stages.js'

/** Reasons for the audit log, by error. */
const auditReasons = new WeakMap<AllvError, string>()

/** Attaches a reason for the audit log. It is not part of the error, so no caller can tell missing from forbidden by it. */
export function withAuditReason(error: AllvError, reason: string | null): AllvError {
  if (reason !== null) auditReasons.set(error, reason)
  return error
}

/**
 * The refusals that are audited also for requests without a principal: those of a request that claimed an identity or came from a foreign web
 * page. The others (no such path or method, a store that is down, a server that shuts down) name no caller.
 */
const AUDITED_BEFORE_AUTHENTICATION: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHENTICATED',
  'CREDENTIALS_AMBIGUOUS',
  'MEMBER_AMBIGUOUS',
  'ORIGIN_NOT_ALLOWED',
])

/** Refusals that were written already. Several places would write one; the first does, because it knows most. */
const audited = new WeakSet<AllvError>()

/** Runs `act`. Audits what it throws as a refusal of `operation`, and throws it as an `AllvError`. */
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

/** Audits an error as a refusal, unless that was done already. Returns it as an `AllvError`. Never rejects. */
export async function auditRefusal(
  runtime: Runtime,
  reached: Reached,
  { operation, error, tool }: { readonly operation: string; readonly error: unknown; readonly tool?: string },
): Promise<AllvError> {
  const failure = toAllvError(runtime, reached.received.correlationId, error)
  const isAudited = reached.principal !== undefined || AUDITED_BEFORE_AUTHENTICATION.has(failure.code)
  if (!isAudited || audited.has(failure)) return failure
  audited.add(failure)
  await auditFact(runtime, reached, {
    type: 'request.refused',
    operation,
    code: failure.code,
    ...(tool === undefined ? {} : { tool }),
    ...reasonOf(failure),
  })
  return failure
}

/** UTF-16 units. */
const MAX_REASON_LENGTH = 200

function reasonOf(failure: AllvError): { readonly reason?: string } {
  const reason = auditReasons.get(failure)
  return reason === undefined ? {} : { reason: cleanName(reason, MAX_REASON_LENGTH) }
}
