/** Checks what a client answered before a tool is given it: it may be anything. */

import type { InputRequest, InputResponse } from '../../adapters/input-requests.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isJsonObject } from '../../foundation/json/guards.js'
import type { Runtime } from '../runtime/runtime.js'

export type InputResponses = Readonly<Record<string, InputResponse>>

/**
 * The answers to these requests, unknown keys dropped; `null` when one is missing, or an accepted form does not fit its schema:
 * then the client is asked again. Throws INVALID_PARAMS for what has not even the shape of an answer. MCP 2026-07-28, basic/patterns/mrtr.
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

/** The same where nobody is left to tell what is wrong with an answer: then it is none. */
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
