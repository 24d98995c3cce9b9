/** Validates the input responses of a client before a tool receives them. */

import type { InputRequest, InputResponse } from '../../adapters/input-requests.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isJsonObject } from '../../foundation/json/guards.js'
import type { Runtime } from '../runtime/runtime.js'

/** Input responses, by the keys of their requests. */
export type InputResponses = Readonly<Record<string, InputResponse>>

/**
 * The responses to these requests, without unknown keys. `null` when one is missing, or an accepted form does not fit its schema; the client is
 * asked again then. Throws INVALID_PARAMS for a value that is not a response of the right kind. MCP 2026-07-28, basic/patterns/mrtr.
 */
export function validateInputResponses(
  runtime: Runtime,
  requests: Readonly<Record<string, InputRequest>>,
  given: unknown,
): InputResponses | null {
  if (!isJsonObject(given)) throw new AllvError('INVALID_PARAMS')
  const answers: Record<string, InputResponse> = {}
  let complete = true
  for (const [key, request] of Object.entries(requests)) {
    const answer = Object.hasOwn(given, key) ? given[key] : undefined
    if (answer === undefined) complete = false
    else if (!isAnswerTo(request, answer)) throw new AllvError('INVALID_PARAMS')
    else if (!fitsForm(runtime, request, answer)) complete = false
    else answers[key] = answer
  }
  return complete ? answers : null
}

/** Like `validateInputResponses`, but also returns `null` where that throws: within a call, no error can be sent for a response. */
export function validInputResponsesOrNull(
  runtime: Runtime,
  requests: Readonly<Record<string, InputRequest>>,
  given: unknown,
): InputResponses | null {
  try {
    return validateInputResponses(runtime, requests, given)
  } catch {
    return null
  }
}

function isAnswerTo({ method }: InputRequest, answer: unknown): answer is InputResponse {
  if (!isJsonObject(answer)) return false
  switch (method) {
    case 'elicitation/create':
      return answer['action'] === 'accept' || answer['action'] === 'decline' || answer['action'] === 'cancel'
    case 'sampling/createMessage':
      return answer['role'] !== undefined && answer['content'] !== undefined
    case 'roots/list':
      return Array.isArray(answer['roots'])
  }
}

function fitsForm(runtime: Runtime, { method, params }: InputRequest, answer: InputResponse): boolean {
  const schema = params['requestedSchema']
  if (method !== 'elicitation/create' || answer['action'] !== 'accept' || !isJsonObject(schema)) return true
  return runtime.schemas.compile(schema)(answer['content'] ?? {}).length === 0
}
