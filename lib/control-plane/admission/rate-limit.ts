/** Step 4: applies the rate limit. It counts by credential and member, not by network address. When the limiter is down, requests are refused. */

import { callerKey, credentialKey } from '../access/caller-key.js'
import { callerRefusal } from '../request/caller-refusal.js'
import type { Admitted, Enabled, MemberSelected, Received } from '../request/stages.js'
import { reportFailure } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/** Counts one request. Throws RATE_LIMITED, or UNAVAILABLE when the limiter fails. */
export async function countRequest(runtime: Runtime, selected: MemberSelected): Promise<Admitted> {
  const { received, principal, feature, context } = selected
  await consume(runtime, context, callerKey(context))
  return { received, principal, feature, context, rate: 'counted' }
}

/** Counts the further items of one request, such as those of a batch or a filter. `points`: their number without the first. */
export async function countFurther(runtime: Runtime, admitted: Admitted, points: number): Promise<void> {
  if (points > 0) await consume(runtime, admitted.context, callerKey(admitted.context), points)
}

/** Counts a refused member lookup for the credential alone, so that a caller cannot guess members without limit. */
export async function countRefusedMember(runtime: Runtime, enabled: Enabled): Promise<void> {
  await consume(runtime, enabled.received, credentialKey(enabled.principal))
}

async function consume(
  runtime: Runtime,
  { face, correlationId }: Pick<Received, 'face' | 'correlationId'>,
  key: string,
  points?: number,
): Promise<void> {
  const { limiter, config } = runtime
  if (limiter === null) return
  try {
    await (points === undefined ? limiter.consume(key) : limiter.consume(key, points))
  } catch (rejection) {
    if (rejection instanceof Error) throw reportFailure(runtime, correlationId, 'UNAVAILABLE', rejection)
    throw callerRefusal('RATE_LIMITED', {
      face,
      brand: config.brand,
      ...toRefusal(limiter.points, rejection),
    })
  }
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
