/**
 * Rounds of a call that asked its client for input. Between two rounds the server keeps nothing: the state travels with the client,
 * sealed, and bound to principal, method, target and arguments. MCP 2026-07-28, basic/patterns/mrtr.
 */

import type { Answered, Ask, InputRequest } from '../../adapters/input-requests.js'
import type { MemberContext } from '../../adapters/principal.js'
import { newId } from '../../foundation/crypto/api-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { ownerFields } from '../access/caller-key.js'
import type { Runtime } from '../runtime/runtime.js'
import { validateInputResponses } from './validate-responses.js'

/** What a request says of the round before it. */
export interface Retry {
  readonly requestState: string
  readonly inputResponses: unknown
}

/** What a round is bound to. */
export interface StateBinding {
  readonly context: MemberContext
  /** `tools/call`, `prompts/get` or `resources/read`. */
  readonly method: string
  /** Canonical tool name, prompt name or URI. */
  readonly target: string
  readonly argumentsDigest: string
}

/** Where a tool call stands between rounds. */
export interface ResumePoint {
  /** The run of the first round, or of the task. */
  readonly firstRunId: string
  readonly approvalId: string | null
  /** The run that consumed the approval; `null` while the round waits for its decision. */
  readonly consumedBy: string | null
}

export function waitsForDecision({ approvalId, consumedBy }: ResumePoint): boolean {
  return approvalId !== null && consumedBy === null
}

export interface OpenedRequestState {
  readonly answered: Answered
  /** Set when an answer is missing or does not fit: the same questions again. */
  readonly askAgain: Ask | null
  readonly resumePoint: ResumePoint | null
  /** Names this round, whatever its state looks like and however often its questions were asked again: it is used at most once. No caller can
   * send it as an idempotency key, for it holds a space. */
  readonly stateId: string
}

export const REQUEST_STATE_TTL_SECONDS = 15 * 60
const MAX_STATE_LENGTH = 16 * 1024
const MAX_REQUESTS_LENGTH = 32 * 1024

export async function sealRequestState(
  runtime: Runtime,
  binding: StateBinding,
  ask: Ask,
  place: ResumePoint | null,
  stateId = `round ${newId('ask')}`,
): Promise<string> {
  const requests = JSON.stringify(ask.inputRequests)
  const state = JSON.stringify(ask.state)
  if (state.length > MAX_STATE_LENGTH || requests.length > MAX_REQUESTS_LENGTH) {
    throw new TypeError(
      'ask() was given more state or requests than travel with a client; keep them in the host and pass an id',
    )
  }
  const sealed = { ...boundFields(binding), requests, state, place: JSON.stringify(place), stateId }
  return runtime.sealer.seal('round', sealed, REQUEST_STATE_TTL_SECONDS)
}

/** Throws REQUEST_STATE_INVALID for a state that is forged, expired, or of another principal, target or arguments. */
export async function openRequestState(
  runtime: Runtime,
  binding: StateBinding,
  retry: Retry,
): Promise<OpenedRequestState> {
  const sealed = await runtime.sealer.open('round', retry.requestState)
  const bound =
    sealed !== null && Object.entries(boundFields(binding)).every(([name, value]) => sealed[name] === value)
  // Not the text of the token: one token has many spellings, and the same questions may travel in many tokens.
  const stateId = bound ? sealed['stateId'] : undefined
  if (!bound || stateId === undefined) throw new AllvError('REQUEST_STATE_INVALID')
  const requests: Readonly<Record<string, InputRequest>> = JSON.parse(sealed['requests'] ?? '{}')
  const state: Ask['state'] = JSON.parse(sealed['state'] ?? 'null')
  const answers = validateInputResponses(runtime, requests, retry.inputResponses ?? {})
  return {
    answered: { answers, state },
    askAgain: answers === null ? { kind: 'ask', inputRequests: requests, state } : null,
    resumePoint: JSON.parse(sealed['place'] ?? 'null'),
    stateId,
  }
}

function boundFields({
  context,
  method,
  target,
  argumentsDigest,
}: StateBinding): Readonly<Record<string, string>> {
  return {
    ...ownerFields(context),
    method,
    target,
    argumentsDigest,
  }
}
