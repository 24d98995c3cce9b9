/**
 * Seals and opens the request state of a call that asked its client for input. The server stores nothing between two requests: the client
 * carries the state, sealed and bound to principal, method, target and arguments. MCP 2026-07-28, basic/patterns/mrtr.
 */

import type { Answered, Ask, InputRequest } from '../../adapters/input-requests.js'
import type { MemberContext } from '../../adapters/principal.js'
import { newId } from '../../foundation/crypto/api-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { ownerFields } from '../access/caller-key.js'
import type { Runtime } from '../runtime/runtime.js'
import { validateInputResponses } from './validate-responses.js'

/** What a retry brings. */
export interface Retry {
  /** The request state of the answer before. */
  readonly requestState: string
  /** The responses to its input requests, not yet checked. */
  readonly inputResponses: unknown
}

/** What a request state is bound to. */
export interface StateBinding {
  /** The caller. */
  readonly context: MemberContext
  /** `tools/call`, `prompts/get` or `resources/read`. */
  readonly method: string
  /** Canonical tool name, prompt name or URI. */
  readonly target: string
  /** Digest of the arguments. */
  readonly argumentsDigest: string
}

/** The point from which a tool call is resumed. */
export interface ResumePoint {
  /** The run of the first request, or of the task. */
  readonly firstRunId: string
  /** Id of the approval of the call; `null` for none. */
  readonly approvalId: string | null
  /** The run that consumed the approval; `null` while the call waits for a decision. */
  readonly consumedBy: string | null
}

/** Whether the call waits for the decision of an approval. */
export function waitsForDecision({ approvalId, consumedBy }: ResumePoint): boolean {
  return approvalId !== null && consumedBy === null
}

/** A request state that was opened, with the responses to its input requests. */
export interface OpenedRequestState {
  /** The responses and the state that the host receives. */
  readonly answered: Answered
  /** The same input requests, when a response is missing or does not fit; otherwise `null`. */
  readonly askAgain: Ask | null
  /** Where to resume a tool call; `null` for prompts and resources. */
  readonly resumePoint: ResumePoint | null
  /**
   * Identifies these input requests. It stays the same when they are sent again, and is used at most once. It contains a space, so no caller can
   * send it as an idempotency key.
   */
  readonly stateId: string
}

/** How long a request state is valid. */
export const REQUEST_STATE_TTL_SECONDS = 15 * 60
const MAX_STATE_LENGTH = 16 * 1024
const MAX_REQUESTS_LENGTH = 32 * 1024

/** Seals input requests and their state for the client. Throws a TypeError above 16 KiB of state or 32 KiB of requests. */
export async function sealRequestState(
  runtime: Runtime,
  binding: StateBinding,
  ask: Ask,
  resumePoint: ResumePoint | null,
  stateId = `round ${newId('ask')}`,
): Promise<string> {
  const requests = JSON.stringify(ask.inputRequests)
  const state = JSON.stringify(ask.state)
  if (state.length > MAX_STATE_LENGTH || requests.length > MAX_REQUESTS_LENGTH) {
    throw new TypeError(
      'ask() was given more than 16 KiB of state or 32 KiB of input requests; keep large data in the host and pass an id',
    )
  }
  const sealed = { ...boundFields(binding), requests, state, place: JSON.stringify(resumePoint), stateId }
  return runtime.sealer.seal('round', sealed, REQUEST_STATE_TTL_SECONDS)
}

/** Opens the state of a retry. Throws REQUEST_STATE_INVALID when it is forged, expired, or of another principal, target or arguments. */
export async function openRequestState(
  runtime: Runtime,
  binding: StateBinding,
  retry: Retry,
): Promise<OpenedRequestState> {
  const sealed = await runtime.sealer.open('round', retry.requestState)
  const bound =
    sealed !== null && Object.entries(boundFields(binding)).every(([name, value]) => sealed[name] === value)
  // The text of the token cannot identify it: one token has many spellings, and the same requests may be sealed several times.
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
