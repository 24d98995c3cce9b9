/** Puts a host's questions to the client, where the client declared that it can be asked. Nothing waits for a client that cannot answer. */

import type { Answered, Ask, InputRequest } from '../../adapters/input-requests.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Runtime } from '../runtime/runtime.js'
import { type ClientCapabilities, requiredCapabilities, supportsInputRequest } from './capabilities.js'
import { assertNoSecretFields } from './form-fields.js'
import { validInputResponsesOrNull } from './validate-responses.js'

/** How a face asks. Without `put`, questions are the answer of the call, and a retry brings what was answered. */
export interface InputChannel {
  readonly capabilities: ClientCapabilities
  /** Asks within the call. `null`: no answer came in time, or `until` aborted before one did. */
  readonly request?: (
    requests: Readonly<Record<string, InputRequest>>,
    until?: AbortSignal,
  ) => Promise<unknown>
}

export interface AskHooks<T> {
  readonly isAsk: (value: T | Ask) => value is Ask
  /** Runs before each round of questions within the call. */
  readonly beforeAsking: () => Promise<void>
  /** Runs when the answers are there: the client had time, and what was allowed before may not be any more. */
  readonly recheck?: () => Promise<unknown>
}

const MAX_ROUNDS = 10

/** Runs `round` until it answers something other than questions, or until the questions have to go out with the answer. */
export async function withInputRequests<T>(
  runtime: Runtime,
  { capabilities, request: put }: InputChannel,
  first: Answered,
  round: (answered: Answered) => Promise<T | Ask>,
  { isAsk, beforeAsking, recheck }: AskHooks<T>,
): Promise<T | Ask> {
  let answered = first
  for (let rounds = 0; rounds < MAX_ROUNDS; rounds += 1) {
    const result = await round(answered)
    if (!isAsk(result)) return result
    const requests = Object.values(result.inputRequests)
    // A mistake of the host, whoever is asked: told to `onError`, and never shown to a person.
    for (const request of requests) assertNoSecretFields(request)
    assertAnswerable(capabilities, requests)
    if (put === undefined) return result
    await beforeAsking()
    const given = await put(result.inputRequests)
    const answers = given === null ? null : validInputResponsesOrNull(runtime, result.inputRequests, given)
    if (answers === null) throw new AllvError('INPUT_NOT_GIVEN')
    await recheck?.()
    answered = { answers, state: result.state }
  }
  throw new TypeError(`more than ${MAX_ROUNDS} rounds of questions in one call`)
}

/** MCP 2026-07-28, basic: the client is told what it would have to declare. */
function assertAnswerable(capabilities: ClientCapabilities, requests: readonly InputRequest[]): void {
  if (requests.every((request) => supportsInputRequest(capabilities, request))) return
  throw new AllvError('CLIENT_CAPABILITY_REQUIRED', {
    details: { requiredCapabilities: requiredCapabilities(requests) },
  })
}
