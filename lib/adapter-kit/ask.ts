/** How a host's tool, prompt or resource asks the client for input. */

import type { Ask, InputRequest } from '../adapters/input-requests.js'
import { isRecord } from '../foundation/json/guards.js'
import type { JsonValue } from '../foundation/json/json.js'

const asks = new WeakSet<object>()

/**
 * Answers a call with questions to the client; the call runs again with `answers` and `state`. The client must have declared the
 * ability: otherwise the caller is told so at once. Throws a TypeError for an ask without requests.
 */
export function ask(question: {
  readonly inputRequests: Readonly<Record<string, InputRequest>>
  readonly state?: JsonValue
}): Ask {
  if (!isRecord(question) || !isRecord(question.inputRequests))
    throw new TypeError('ask needs an object of input requests: ask({ inputRequests: { name: { … } } })')
  const { inputRequests, state = null } = question
  if (Object.keys(inputRequests).length === 0) throw new TypeError('ask needs at least one input request')
  const made: Ask = Object.freeze({ kind: 'ask', inputRequests: Object.freeze({ ...inputRequests }), state })
  asks.add(made)
  return made
}

export function isAsk(value: unknown): value is Ask {
  return typeof value === 'object' && value !== null && asks.has(value)
}
