/** Lets prompts and resources ask the client. Each retry carries the sealed request state of the answer before it. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Answered, Ask } from '../../adapters/input-requests.js'
import { digestJson } from '../../foundation/crypto/digest.js'
import { openRequestState, type Retry, type StateBinding, sealRequestState } from '../input/request-state.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'

/** A result, or input requests with the sealed state that the client must send back. */
export type ResultOrAsk<T> = { readonly result: T } | { readonly ask: Ask; readonly requestState: string }

/** What the request state of this request is bound to. `target`: the prompt name or the URI. */
export function requestBinding(
  { context }: Admitted,
  method: string,
  target: string,
  args: object,
): StateBinding {
  return { context, method, target, argumentsDigest: digestJson(args) }
}

/** The `outcome` of the audit event: input requests are audited too, but are not a result. */
export function auditOutcome(answer: ResultOrAsk<unknown>): { readonly outcome?: string } {
  return 'result' in answer ? {} : { outcome: 'input_required' }
}

/** Runs `act` with the responses of `retry`. Asks again when a response is missing. Throws REQUEST_STATE_INVALID. */
export async function withRequestState<T>(
  runtime: Runtime,
  binding: StateBinding,
  retry: Retry | null,
  act: (answered: Answered) => Promise<T | Ask>,
): Promise<ResultOrAsk<T>> {
  const opened = retry === null ? null : await openRequestState(runtime, binding, retry)
  const seal = async (ask: Ask) => ({
    ask,
    requestState: await sealRequestState(runtime, binding, ask, null),
  })
  if (opened !== null && opened.askAgain !== null) return seal(opened.askAgain)
  const result = await act(opened?.answered ?? { answers: null, state: null })
  return isAsk(result) ? seal(result) : { result }
}
