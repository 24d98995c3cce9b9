/** Step 4: how often. Counted for each credential and member, never by address; a limiter that is down refuses. */

import { AllvError } from '../errors.js'
import { reportFailure } from './adapter-call.js'
import type { Admitted, Gated, MemberSelected } from './context.js'
import type { Plane } from './plane.js'
import { toAdmitted } from './proofs.js'

export async function limit(plane: Plane, selected: MemberSelected): Promise<Admitted> {
  const { workspaceId, credential, member } = selected.context
  try {
    await plane.limiter?.consume(JSON.stringify([workspaceId, credential.id, member.id]))
  } catch (rejection) {
    throw toError(plane, selected.correlationId, rejection)
  }
  return toAdmitted(selected)
}

/** Refused member look-ups count too, for the credential alone, so that guessing members is no way around the limit. */
export async function limitRefusedMember(plane: Plane, { principal, correlationId }: Gated): Promise<void> {
  const { workspaceId, credential } = principal
  try {
    await plane.limiter?.consume(JSON.stringify([workspaceId, credential.id]))
  } catch (rejection) {
    throw toError(plane, correlationId, rejection)
  }
}

/** A limiter rejects with an Error when it is down, and with its state when the limit is reached. */
function toError(plane: Plane, correlationId: string, rejection: unknown): AllvError {
  const { limiter } = plane
  if (limiter === null || rejection instanceof Error)
    return reportFailure(plane, correlationId, 'UNAVAILABLE', rejection)
  return new AllvError('RATE_LIMITED', toRefusal(limiter.points, rejection))
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/06/ */
function toRefusal(
  points: number,
  state: unknown,
): { retryAfterSeconds: number; headers: Record<string, string> } {
  const ms =
    typeof state === 'object' &&
    state !== null &&
    'msBeforeNext' in state &&
    typeof state.msBeforeNext === 'number'
      ? state.msBeforeNext
      : 1000
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  return {
    retryAfterSeconds: seconds,
    headers: {
      'RateLimit-Limit': String(points),
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': String(seconds),
    },
  }
}
