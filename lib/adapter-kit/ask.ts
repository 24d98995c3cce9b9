/** Makes the value with which a host's tool, prompt or resource asks the client for input. */

import type { Ask, InputRequest } from '../adapters/input-requests.js'
import { isRecord } from '../foundation/json/guards.js'
import type { JsonValue } from '../foundation/json/json.js'
import { sharedSet } from '../foundation/json/shared-marks.js'

const asks = sharedSet('asks')

/**
 * Return it to ask the client for input. The library then calls the tool, prompt or resource again with `answers` and `state`. If the client has not
 * declared the capability for one of the requests, the call ends with CLIENT_CAPABILITY_REQUIRED. Throws a TypeError if there are no
 * requests, or if a request has no known `method` or no `params`.
 *
 * @example
 * const sizes: InputRequest = {
 *   method: 'elicitation/create',
 *   params: { message: 'Which size?', requestedSchema: { type: 'object', properties: { size: { type: 'string' } } } },
 * }
 * defineTool({
 *   name: 'shirts.order',
 *   description: 'Orders a shirt.',
 *   input: { type: 'object' },
 *   run: (_, { answers }) => (answers === null ? ask({ inputRequests: { sizes } }) : 'ordered'),
 * })
 */
export function ask(question: {
  readonly inputRequests: Readonly<Record<string, InputRequest>>
  readonly state?: JsonValue
}): Ask {
  if (!isRecord(question) || !isRecord(question.inputRequests))
    throw new TypeError('ask needs an object of input requests: ask({ inputRequests: { name: { … } } })')
  const { inputRequests, state = null } = question
  if (Object.keys(inputRequests).length === 0) throw new TypeError('ask needs at least one input request')
  for (const [name, request] of Object.entries(inputRequests)) assertInputRequest(name, request)
  const made: Ask = Object.freeze({ kind: 'ask', inputRequests: Object.freeze({ ...inputRequests }), state })
  asks.add(made)
  return made
}

const METHODS: readonly unknown[] = [
  'elicitation/create',
  'sampling/createMessage',
  'roots/list',
] satisfies readonly InputRequest['method'][]

function assertInputRequest(name: string, request: unknown): void {
  const { method, params } = isRecord(request) ? request : {}
  // To ask for roots says all.
  if (METHODS.includes(method) && (isRecord(params) || (method === 'roots/list' && params === undefined)))
    return
  throw new TypeError(
    `input request "${name}" of ask needs a method of elicitation/create, sampling/createMessage or roots/list, and params that are an object`,
  )
}

/** Whether a value was made by `ask()`. */
export function isAsk(value: unknown): value is Ask {
  return typeof value === 'object' && value !== null && asks.has(value)
}
