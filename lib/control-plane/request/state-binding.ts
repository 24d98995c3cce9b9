/** What the rounds of a tool call are bound to. */

import type { StateBinding } from '../input/request-state.js'
import type { Validated } from './call-stages.js'

/** A retry with another idempotency key, like one with other arguments, is another call. */
export function stateBinding({ context, tool, argumentsDigest, input }: Validated): StateBinding {
  return {
    context,
    method: 'tools/call',
    target: tool.name,
    argumentsDigest: `${argumentsDigest} ${input.idempotencyKey ?? ''}`,
  }
}
