/** Carries a begun run to its end: approve, execute, end run. Whatever happens, the run and its approval end on record. */

import type { RunOutcome } from '../adapters/runs.js'
import { definitionDigest } from '../approvals/binding.js'
import { extendExecution } from '../approvals/consume.js'
import { isAsk } from '../ask.js'
import { AllvError } from '../errors.js'
import { toAllvError } from './adapter-call.js'
import { approve } from './approve.js'
import { authenticate } from './authenticate.js'
import { authorizeTool } from './authorize.js'
import type { Approved, Authorized, Begun } from './context.js'
import { endRun, settleApproval } from './end-run.js'
import { execute } from './execute.js'
import { gate } from './gate.js'
import { type Answer, ended, isCallOutcome } from './outcome.js'
import type { Plane } from './plane.js'
import { roundBinding } from './round-binding.js'
import { ROUND_TTL_SECONDS, sealRound } from './rounds.js'
import { selectMember } from './select-member.js'
import { park } from './task-notes.js'

export async function carryOut(plane: Plane, begun: Begun): Promise<Answer> {
  let approved: Approved | null = null
  try {
    const decided = await approve(plane, begun, () => recheck(plane, begun))
    if (isCallOutcome(decided)) return await endRun(plane, begun, decided)
    approved = decided
    const outcome = await execute(plane, approved, () => recheck(plane, begun))
    const answer = await (isAsk(outcome)
      ? questions(plane, approved, outcome)
      : settled(plane, approved, outcome))
    return await endRun(plane, begun, answer)
  } catch (error) {
    const failure = toAllvError(plane, begun.correlationId, error)
    const outcome = ended(begun.runId, failure.code)
    const answer =
      approved === null
        ? ({ ...endedAnswer(begun, begun.resumes, outcome), gaveUp: true } as const)
        : await settled(plane, approved, outcome)
    await endRun(plane, begun, answer)
    throw failure
  }
}

async function settled(plane: Plane, approved: Approved, outcome: RunOutcome): Promise<Answer> {
  await settleApproval(plane, approved, outcome)
  return endedAnswer(approved, approved.approvalId, outcome)
}

function endedAnswer(
  { runId }: Begun,
  approvalId: string | null,
  outcome: RunOutcome,
): Extract<Answer, { kind: 'ended' }> {
  return { kind: 'ended', runId, approvalId, outcome, replayed: false }
}

async function questions(
  plane: Plane,
  approved: Approved,
  ask: Parameters<typeof sealRound>[2],
): Promise<Answer> {
  const { runId, approvalId, consumedBy, round, input } = approved
  if (input.task?.isGiven() === true) return park(plane, approved, ask)
  await extendExecution(plane, approved, ROUND_TTL_SECONDS * 1000)
  const place = { firstRunId: round?.place?.firstRunId ?? runId, approvalId, consumedBy }
  const requestState = await sealRound(plane, roundBinding(approved), ask, place)
  return { kind: 'asks', runId, approvalId, ask, requestState, waitsFor: 'input' }
}

/** Permission, again: the key, the flag, the member, the tool and its definition, as they are when an approval is consumed. */
async function recheck(plane: Plane, begun: Authorized): Promise<void> {
  const selected = await selectMember(plane, await gate(plane, await authenticate(plane, begun)))
  const authorized = await authorizeTool(plane, { ...selected, limit: 'kept' }, begun.input)
  if (definitionDigest(authorized.tool) !== definitionDigest(begun.tool))
    throw new AllvError('APPROVAL_EXPIRED')
}
