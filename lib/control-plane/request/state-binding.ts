/** What the rounds of a tool call are bound to. */

import type { RoundBinding } from '../input/request-state.js'
import type { Validated } from './stages.js'

/** A retry with another idempotency key, like one with other arguments, is another call. */
export function roundBinding({ context, tool, argumentsDigest, input }: Validated): RoundBinding {
  return {
    context,
    method: 'tools/call',
    target: tool.name,
    argumentsDigest: `${argumentsDigest} ${input.idempotencyKey ?? ''}`,
  }
}
