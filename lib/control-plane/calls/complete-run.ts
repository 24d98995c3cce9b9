/** Carries a begun run to its end: approve, execute, end run. Whatever happens, the run and its approval end on record. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Approver } from '../../adapters/approvals.js'
import type { RunOutcome } from '../../adapters/runs.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { authenticate } from '../admission/authenticate.js'
import { requireFeature } from '../admission/feature-flag.js'
import { selectMember } from '../admission/member.js'
import { approve } from '../approvals/approve.js'
import { definitionDigest } from '../approvals/binding.js'
import { extendExecution } from '../approvals/consume.js'
import { objectionTo } from '../approvals/rule.js'
import { settleApproval } from '../approvals/settle.js'
import { REQUEST_STATE_TTL_SECONDS, sealRequestState } from '../input/request-state.js'
import { ended, isCallOutcome, type RunAnswer } from '../request/call-outcome.js'
import type { Objection } from '../request/objection.js'
import type { Approved, Begun } from '../request/stages.js'
import { stateBinding } from '../request/state-binding.js'
import { toAllvError } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { authorizeTool } from './authorize.js'
import { endRun } from './end-run.js'
import { execute } from './execute.js'
import { suspend } from './task-checkpoint.js'

export async function completeRun(runtime: Runtime, begun: Begun): Promise<RunAnswer> {
  let approved: Approved | null = null
  let waitsFor = begun.resumes
  try {
    const decided = await approve(runtime, begun, {
      recheck: (approver) => recheck(runtime, begun, approver),
      waitsFor: ({ id }) => {
        waitsFor = id
      },
    })
    if (isCallOutcome(decided)) return await endRun(runtime, begun, decided)
    approved = decided
    const outcome = await execute(runtime, approved)
    const answer = await (isAsk(outcome)
      ? questions(runtime, approved, outcome)
      : settled(runtime, approved, outcome))
    return await endRun(runtime, begun, answer)
  } catch (error) {
    const failure = toAllvError(runtime, begun.correlationId, error)
    const outcome = ended(begun.runId, failure.code)
    const answer =
      approved === null
        ? ({ ...endedAnswer(begun, waitsFor, outcome), gaveUp: true } as const)
        : await settled(runtime, approved, outcome)
    await endRun(runtime, begun, answer)
    throw failure
  }
}

async function settled(runtime: Runtime, approved: Approved, outcome: RunOutcome): Promise<RunAnswer> {
  await settleApproval(runtime, approved, outcome)
  return endedAnswer(approved, approved.approvalId, outcome)
}

function endedAnswer(
  { runId }: Begun,
  approvalId: string | null,
  outcome: RunOutcome,
): Extract<RunAnswer, { kind: 'ended' }> {
  return { kind: 'ended', runId, approvalId, outcome, replayed: false }
}

async function questions(
  runtime: Runtime,
  approved: Approved,
  ask: Parameters<typeof sealRequestState>[2],
): Promise<RunAnswer> {
  const { runId, approvalId, consumedBy, round, input } = approved
  if (input.task?.isGiven() === true) return suspend(runtime, approved, ask)
  await extendExecution(runtime, approved, REQUEST_STATE_TTL_SECONDS * 1000)
  const place = { firstRunId: round?.resumePoint?.firstRunId ?? runId, approvalId, consumedBy }
  const requestState = await sealRequestState(runtime, stateBinding(approved), ask, place)
  return { kind: 'input_required', runId, approvalId, ask, requestState, awaiting: 'input' }
}

/**
 * Permission, again: the key, the flag, the member, the tool and its definition, and the rule, as they are before an approval is consumed, and
 * before a tool that asked its client runs on. `approver`: who decided, `null` where nobody had to.
 */
async function recheck(runtime: Runtime, begun: Begun, approver: Approver | null): Promise<Objection | null> {
  const selected = await selectMember(
    runtime,
    await requireFeature(runtime, await authenticate(runtime, begun)),
  )
  const { context, tool } = await authorizeTool(runtime, { ...selected, limit: 'kept' }, begun.input)
  if (definitionDigest(tool) !== definitionDigest(begun.tool)) throw new AllvError('APPROVAL_EXPIRED')
  const { bound, correlationId } = begun
  return objectionTo(runtime, { context, tool, bound, correlationId }, approver)
}
