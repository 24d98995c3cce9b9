/** Step 7: where this call stands, if it brings answers to questions of an earlier round. */

import { openRequestState, sealRequestState, waitsForDecision } from '../input/request-state.js'
import type { CallOutcome } from '../request/call-outcome.js'
import type { Resumed, Validated } from '../request/call-stages.js'
import { stateBinding } from '../request/state-binding.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * Gives the opened round, or the same questions again when an answer is missing. Nothing has run by then. A round that waits for a decision
 * goes on in any case: the decision may be there, whatever the client answered.
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
