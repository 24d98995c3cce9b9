/** Prompts and resources that ask the client: each request is a round, and sealed state connects them. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Answered, Ask } from '../../adapters/input-requests.js'
import { digestJson } from '../../foundation/crypto/digest.js'
import { openRequestState, type Retry, type StateBinding, sealRequestState } from '../input/request-state.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'

/** A result, or questions with the state that brings the caller back here. */
export type Offered<T> = { readonly result: T } | { readonly ask: Ask; readonly requestState: string }

export function bindingOf({ context }: Admitted, method: string, target: string, args: object): StateBinding {
  return { context, method, target, argumentsDigest: digestJson(args) }
}

/** Questions are no result yet; they too were given to somebody. */
export function outcomeOf(offered: Offered<unknown>): { readonly outcome?: string } {
  return 'result' in offered ? {} : { outcome: 'input_required' }
}

export async function inRounds<T>(
  runtime: Runtime,
  binding: StateBinding,
  retry: Retry | null,
  act: (answered: Answered) => Promise<T | Ask>,
): Promise<Offered<T>> {
  const round = retry === null ? null : await openRequestState(runtime, binding, retry)
  const seal = async (ask: Ask) => ({
    ask,
    requestState: await sealRequestState(runtime, binding, ask, null),
  })
  if (round !== null && round.askAgain !== null) return seal(round.askAgain)
  const result = await act(round?.answered ?? { answers: null, state: null })
  return isAsk(result) ? seal(result) : { result }
}
