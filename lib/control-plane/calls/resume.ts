/** Step 7: where this call stands, if it brings answers to questions of an earlier round. */

import { openRound, sealRound, waitsForDecision } from '../input/request-state.js'
import type { CallOutcome } from '../request/call-outcome.js'
import { toResumed } from '../request/proofs.js'
import type { Resumed, Validated } from '../request/stages.js'
import { roundBinding } from '../request/state-binding.js'
import type { Plane } from '../runtime/runtime.js'

/**
 * Gives the opened round, or the same questions again when an answer is missing. Nothing has run by then. A round that waits for a decision
 * goes on in any case: the decision may be there, whatever the client answered.
 */
export async function resumeRound(plane: Plane, validated: Validated): Promise<Resumed | CallOutcome> {
  const { retry } = validated.input
  if (retry === null) return toResumed(validated, { round: null })
  const binding = roundBinding(validated)
  const round = await openRound(plane, binding, retry)
  if (round.askAgain === null || round.place === null || waitsForDecision(round.place))
    return toResumed(validated, { round })
  const requestState = await sealRound(plane, binding, round.askAgain, round.place, round.roundKey)
  return {
    kind: 'asks',
    runId: round.place.firstRunId,
    approvalId: round.place.approvalId,
    ask: round.askAgain,
    requestState,
    waitsFor: 'input',
  }
}
