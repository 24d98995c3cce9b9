/** Carries a begun run to its end: approve, execute, end run. Whatever happens, the run and its approval end on record. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Approver } from '../../adapters/approvals.js'
import type { RunOutcome } from '../../adapters/runs.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { authenticate } from '../admission/authenticate.js'
import { gate } from '../admission/feature-flag.js'
import { selectMember } from '../admission/member.js'
import { approve } from '../approvals/approve.js'
import { definitionDigest } from '../approvals/binding.js'
import { extendExecution } from '../approvals/consume.js'
import { objectionTo } from '../approvals/rule.js'
import { settleApproval } from '../approvals/settle.js'
import { ROUND_TTL_SECONDS, sealRound } from '../input/request-state.js'
import { type Answer, ended, isCallOutcome } from '../request/call-outcome.js'
import type { Objection } from '../request/objection.js'
import type { Approved, Begun } from '../request/stages.js'
import { roundBinding } from '../request/state-binding.js'
import { toAllvError } from '../runtime/adapter-call.js'
import type { Plane } from '../runtime/runtime.js'
import { authorizeTool } from './authorize.js'
import { endRun } from './end-run.js'
import { execute } from './execute.js'
import { park } from './task-checkpoint.js'

export async function carryOut(plane: Plane, begun: Begun): Promise<Answer> {
  let approved: Approved | null = null
  let waitsFor = begun.resumes
  try {
    const decided = await approve(plane, begun, {
      recheck: (approver) => recheck(plane, begun, approver),
      waitsFor: ({ id }) => {
        waitsFor = id
      },
    })
    if (isCallOutcome(decided)) return await endRun(plane, begun, decided)
    approved = decided
    const outcome = await execute(plane, approved)
    const answer = await (isAsk(outcome)
      ? questions(plane, approved, outcome)
      : settled(plane, approved, outcome))
    return await endRun(plane, begun, answer)
  } catch (error) {
    const failure = toAllvError(plane, begun.correlationId, error)
    const outcome = ended(begun.runId, failure.code)
    const answer =
      approved === null
        ? ({ ...endedAnswer(begun, waitsFor, outcome), gaveUp: true } as const)
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

/**
 * Permission, again: the key, the flag, the member, the tool and its definition, and the rule, as they are before an approval is consumed, and
 * before a tool that asked its client runs on. `approver`: who decided, `null` where nobody had to.
 */
async function recheck(plane: Plane, begun: Begun, approver: Approver | null): Promise<Objection | null> {
  const selected = await selectMember(plane, await gate(plane, await authenticate(plane, begun)))
  const { context, tool } = await authorizeTool(plane, { ...selected, limit: 'kept' }, begun.input)
  if (definitionDigest(tool) !== definitionDigest(begun.tool)) throw new AllvError('APPROVAL_EXPIRED')
  const { bound, correlationId } = begun
  return objectionTo(plane, { context, tool, bound, correlationId }, approver)
}
