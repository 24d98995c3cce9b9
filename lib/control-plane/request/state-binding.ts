/** Defines what the request state of a tool call is bound to. */

import type { StateBinding } from '../input/request-state.js'
import type { Validated } from './call-stages.js'

/** The binding of this call. A retry with another idempotency key or other arguments is another call. */
export function stateBinding({ context, tool, argumentsDigest, input }: Validated): StateBinding {
  return {
    context,
    method: 'tools/call',
    target: tool.name,
    argumentsDigest: `${argumentsDigest} ${input.idempotencyKey ?? ''}`,
  }
}
