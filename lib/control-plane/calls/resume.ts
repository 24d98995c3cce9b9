/** Step 7: opens the request state of a call that brings responses to input requests. */

import { openRequestState, sealRequestState, waitsForDecision } from '../input/request-state.js'
import type { CallOutcome } from '../request/call-outcome.js'
import type { Resumed, Validated } from '../request/call-stages.js'
import { stateBinding } from '../request/state-binding.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * Returns the call with its opened request state, or the same input requests again when a response is missing. Nothing runs in this step. A
 * call that waits for a decision always continues, because the decision may exist, whatever the client answered.
 */
export async function resume(runtime: Runtime, validated: Validated): Promise<Resumed | CallOutcome> {
  const { retry } = validated.input
  if (retry === null) return resumed(validated, null)
  const binding = stateBinding(validated)
  const round = await openRequestState(runtime, binding, retry)
  if (round.askAgain === null || round.resumePoint === null || waitsForDecision(round.resumePoint))
    return resumed(validated, round)
  const requestState = await sealRequestState(
    runtime,
    binding,
    round.askAgain,
    round.resumePoint,
    round.stateId,
  )
  return {
    kind: 'input_required',
    runId: round.resumePoint.firstRunId,
    approvalId: round.resumePoint.approvalId,
    ask: round.askAgain,
    requestState,
    awaiting: 'input',
  }
}

function resumed(
  { admitted, context, input, tool, builtIn, arguments: args, argumentsDigest, bound }: Validated,
  round: Resumed['round'],
): Resumed {
  return { admitted, context, input, tool, builtIn, arguments: args, argumentsDigest, bound, round }
}
