/** Continues a call whose tool has asked its client. The approval was consumed by an earlier request of the same call. */

import type { RunOutcome } from '../../adapters/runs.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { ended, endedAnswer, type RunAnswer, repeatable } from '../request/call-outcome.js'
import type { Approved, Begun, RunRef } from '../request/call-stages.js'
import type { Objection, Recheck } from '../request/objection.js'
import type { Runtime } from '../runtime/runtime.js'
import { assertUsable, extendExecution, isOfAnotherDefinition } from './consume.js'
import { underGrant } from './grant.js'
import { answerOf } from './hold.js'
import { pendingAnswer } from './pending-answer.js'
import { objectionTo } from './rule.js'
import { settleApproval } from './settle.js'
import { readApproval } from './watch.js'

interface Consumed {
  readonly approvalId: string
  /** The run that consumed it. */
  readonly consumedBy: string
  readonly answered: Approved['answered']
  readonly recheck: Recheck
}

/** The tool continues under its approval. If its definition has changed, or the policy now objects, the call and its approval end. */
export async function continueApproved(
  runtime: Runtime,
  begun: Begun,
  { approvalId, consumedBy, answered, recheck }: Consumed,
): Promise<Approved | RunAnswer> {
  const approval = await readApproval(runtime, begun.context.correlationId, approvalId)
  if (approval === null) throw new AllvError('REQUEST_STATE_INVALID')
  assertUsable(begun, approval)
  if (approval.state === 'executing' && approval.runId === consumedBy) {
    const approved = underGrant(
      begun,
      { approvalId, consumedBy },
      { answered, recheck, admitted: begun.admitted },
    )
    const outcome = isOfAnotherDefinition(begun, approval)
      ? ended(begun.run.id, 'APPROVAL_EXPIRED')
      : stoppedBy(begun.run, await objectionTo(runtime, begun, approval.approver))
    if (outcome !== null) {
      await settleApproval(runtime, approved.context, approved.grant, outcome)
      const answered = outcome.errorCode === 'APPROVAL_EXPIRED' ? repeatable(outcome) : outcome
      return endedAnswer(begun.run, approvalId, answered)
    }
    await extendExecution(runtime, approved)
    return approved
  }
  return (
    answerOf(begun.run, approval) ?? pendingAnswer(runtime, begun, approval, { kind: 'result', url: null })
  )
}

/**
 * How a call ends that the policy stops after its tool has asked the client; `null` if the policy does not object. If another approver must
 * decide, the call ends as expired, and a repeat of it requests the new approval.
 */
export function stoppedBy({ id: runId }: Pick<RunRef, 'id'>, objection: Objection | null): RunOutcome | null {
  if (objection === null) return null
  return objection.verdict === 'deny'
    ? ended(runId, 'APPROVAL_DENIED', { reason: objection.reason })
    : ended(runId, 'APPROVAL_EXPIRED')
}
