/** The admission steps in front of every operation, in order: authenticate, check the feature flag, select the member, count the request. */

import { AllvError, isAllvError } from '../../foundation/errors/allv-error.js'
import { isSameCaller } from '../access/caller-key.js'
import { auditingRefusals, auditRefusal } from '../request/refusals.js'
import type { Admitted, Enabled, MemberSelected, Reached, Received } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { authenticate } from './authenticate.js'
import { requireFeature } from './feature-flag.js'
import { assertNoStranger, selectMember } from './member.js'
import { countRefusedMember, countRequest } from './rate-limit.js'

/** Runs all admission steps, once for every request. A refusal is written to the audit log and thrown as an `AllvError`. */
export async function admit(runtime: Runtime, received: Received): Promise<Admitted> {
  let reached: Reached = { received }
  try {
    if (received.closing.aborted) throw new AllvError('SHUTTING_DOWN', { retryAfterSeconds: 1 })
    const authenticated = await authenticate(runtime, received)
    reached = authenticated
    const enabled = await requireFeature(runtime, authenticated).catch(async (error: unknown) => {
      await assertNoStranger(runtime, authenticated)
      throw error
    })
    const selected = await selectMember(runtime, enabled).catch((error: unknown) =>
      countRefused(runtime, enabled, error),
    )
    reached = selected
    return await countRequest(runtime, selected)
  } catch (error) {
    throw await auditRefusal(runtime, reached, { operation: 'admit', error })
  }
}

/** Checks the credential of a request that is refused anyway, so that the refusal can be the challenge. Throws as `authenticate` does. */
export async function assertCredential(runtime: Runtime, received: Received): Promise<void> {
  await authenticate(runtime, received)
}

/** Repeats the steps before the count. For work that outlives its request: a stream, and a call that waited for a person. */
async function selectAgain(runtime: Runtime, received: Received): Promise<MemberSelected> {
  return selectMember(runtime, await requireFeature(runtime, await authenticate(runtime, received, true)))
}

/** Admits the same caller again, without counting the request. Throws MEMBER_NOT_ALLOWED when it is now another member or credential. */
export async function readmit(runtime: Runtime, { received, context }: Admitted): Promise<Admitted> {
  const selected = await selectAgain(runtime, received)
  // An email address may now belong to another member, and a cookie to another session.
  if (!isSameCaller(selected.context, context)) throw new AllvError('MEMBER_NOT_ALLOWED')
  return readmitted(selected)
}

/** The stage of a member who is admitted again and not counted again. */
function readmitted({ received, principal, feature, context }: MemberSelected): Admitted {
  return { received, principal, feature, context, rate: 'readmitted' }
}

/** Admits a request again whose body came late: a key or member that was refused meanwhile must not start anything. */
export async function admitLate(runtime: Runtime, admitted: Admitted): Promise<Admitted> {
  return auditingRefusals(runtime, admitted, 'admit', () => readmit(runtime, admitted))
}

async function countRefused(runtime: Runtime, enabled: Enabled, error: unknown): Promise<never> {
  if (isAllvError(error) && (error.status === 400 || error.status === 403))
    await countRefusedMember(runtime, enabled)
  throw error
}
