/** Sends the host's input requests to the client. A request that the client did not declare to support is refused at once. */

import type { Answered, Ask, InputRequest } from '../../adapters/input-requests.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Runtime } from '../runtime/runtime.js'
import { type ClientCapabilities, requiredCapabilities, supportsInputRequest } from './capabilities.js'
import { assertNoSecretFields } from './form-fields.js'
import { validInputResponsesOrNull } from './validate-responses.js'

/** How a face asks its client. Without `request`, the input requests are the answer of the call, and a retry brings the responses. */
export interface InputChannel {
  /** What the client declared. */
  readonly capabilities: ClientCapabilities
  /** Asks within the call. Resolves with the responses; with `null` when none came in time, or when `until` aborted first. */
  readonly request?: (
    requests: Readonly<Record<string, InputRequest>>,
    until?: AbortSignal,
  ) => Promise<unknown>
}

/** What `withInputRequests` needs to know about the code that asks. */
export interface AskHooks<T> {
  /** Distinguishes input requests from a result. */
  readonly isAsk: (value: T | Ask) => value is Ask
  /** Runs each time before the client is asked within the call. */
  readonly beforeAsking: () => Promise<void>
  /** Runs when the responses are there, because permissions may have changed meanwhile. Throws when the call may not continue. */
  readonly recheck?: () => Promise<unknown>
}

const MAX_ROUNDS = 10

/** Runs `act` until it returns a result. Without `request`, its input requests are returned for the answer of the call. */
export async function withInputRequests<T>(
  runtime: Runtime,
  { capabilities, request: ask }: InputChannel,
  first: Answered,
  act: (answered: Answered) => Promise<T | Ask>,
  { isAsk, beforeAsking, recheck }: AskHooks<T>,
): Promise<T | Ask> {
  let answered = first
  for (let rounds = 0; rounds < MAX_ROUNDS; rounds += 1) {
    const result = await act(answered)
    if (!isAsk(result)) return result
    const requests = Object.values(result.inputRequests)
    // A mistake of the host. `onError` receives it, and the form is not shown.
    for (const request of requests) assertNoSecretFields(request)
    assertSupported(capabilities, requests)
    if (ask === undefined) return result
    await beforeAsking()
    const given = await ask(result.inputRequests)
    const answers = given === null ? null : validInputResponsesOrNull(runtime, result.inputRequests, given)
    if (answers === null) throw new AllvError('INPUT_NOT_GIVEN')
    await recheck?.()
    answered = { answers, state: result.state }
  }
  throw new TypeError(`more than ${MAX_ROUNDS} rounds of questions in one call`)
}

/** Throws CLIENT_CAPABILITY_REQUIRED with the capabilities that the client must declare. MCP 2026-07-28, basic. */
function assertSupported(capabilities: ClientCapabilities, requests: readonly InputRequest[]): void {
  if (requests.every((request) => supportsInputRequest(capabilities, request))) return
  throw new AllvError('CLIENT_CAPABILITY_REQUIRED', {
    details: { requiredCapabilities: requiredCapabilities(requests) },
  })
}
