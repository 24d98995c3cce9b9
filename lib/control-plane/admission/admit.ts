/** The gates in front of every operation, in their order: authenticate, require the feature, select the member, count the request. */

import { AllvError, isAllvError } from '../../foundation/errors/allv-error.js'
import { auditingRefusals, auditRefusal } from '../request/refusals.js'
import type { Admitted, Enabled, MemberSelected, Reached, Received } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { authenticate } from './authenticate.js'
import { requireFeature } from './feature-flag.js'
import { selectMember } from './member.js'
import { countRefusedMember, countRequest } from './rate-limit.js'

/** All gates, once for every request, whatever it asks for. */
export async function admit(runtime: Runtime, received: Received): Promise<Admitted> {
  let reached: Reached = { received }
  try {
    if (received.closing.aborted) throw new AllvError('SHUTTING_DOWN', { retryAfterSeconds: 1 })
    const authenticated = await authenticate(runtime, received)
    reached = authenticated
    const enabled = await requireFeature(runtime, authenticated)
    const selected = await selectMember(runtime, enabled).catch((error: unknown) =>
      countRefused(runtime, enabled, error),
    )
    reached = selected
    return await countRequest(runtime, selected)
  } catch (error) {
    throw await auditRefusal(runtime, reached, { operation: 'admit', error })
  }
}

/** The gates before the count, again from the start. For what outlives a request: a stream, and a call that waited for a person. */
async function selectAgain(runtime: Runtime, received: Received): Promise<MemberSelected> {
  return selectMember(runtime, await requireFeature(runtime, await authenticate(runtime, received)))
}

/** Lets the same member in once more, uncounted. */
export async function readmit(runtime: Runtime, { received, context }: Admitted): Promise<Admitted> {
  const selected = await selectAgain(runtime, received)
  // An email address may have become another member's.
  if (selected.context.member.id !== context.member.id) throw new AllvError('MEMBER_NOT_ALLOWED')
  return readmitted(selected)
}

/** No count is made of a member who is let in again. */
function readmitted({ received, principal, feature, context }: MemberSelected): Admitted {
  return { received, principal, feature, context, rate: 'readmitted' }
}

/** The same for a request that had to wait for the rest of itself: what has been refused meanwhile must not begin. */
export async function admitLate(runtime: Runtime, admitted: Admitted): Promise<Admitted> {
  return auditingRefusals(runtime, admitted, 'admit', () => readmit(runtime, admitted))
}

async function countRefused(runtime: Runtime, enabled: Enabled, error: unknown): Promise<never> {
  if (isAllvError(error) && error.status === 400) await countRefusedMember(runtime, enabled)
  throw error
}
