/** Makes the answer of a call whose tool has run, has asked its client, or could not run. */

import type { Ask } from '../../adapters/input-requests.js'
import type { RunOutcome } from '../../adapters/runs.js'
import type { AllvError } from '../../foundation/errors/allv-error.js'
import { extendExecution } from '../approvals/consume.js'
import { settleApproval } from '../approvals/settle.js'
import { REQUEST_STATE_TTL_SECONDS, sealRequestState } from '../input/request-state.js'
import { auditFact } from '../request/audit.js'
import { type CallOutcome, ended, endedAnswer, type RunAnswer } from '../request/call-outcome.js'
import type { Approved, Begun, Validated } from '../request/call-stages.js'
import { stateBinding } from '../request/state-binding.js'
import { toAllvError } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { endRun } from './end-run.js'
import { suspend } from './task-checkpoint.js'

/** The answer of a tool that has run. Its approval stores the outcome, which answers repeats of the call. */
export async function settledAnswer(
  runtime: Runtime,
  approved: Approved,
  outcome: RunOutcome,
): Promise<RunAnswer> {
  await settleApproval(runtime, approved.context, approved.grant, outcome)
  return endedAnswer(approved.run, approved.grant.approvalId, outcome)
}

/** The answer of a tool that asks its client: input requests with a sealed request state, or a suspended task. */
export async function askClient(runtime: Runtime, approved: Approved, ask: Ask): Promise<RunAnswer> {
  const { run, grant, round, input } = approved
  const { approvalId, consumedBy } = grant
  if (input.task?.isGiven() === true) return suspend(runtime, approved, ask)
  await extendExecution(runtime, approved, REQUEST_STATE_TTL_SECONDS * 1000)
  const resumePoint = { firstRunId: round?.resumePoint?.firstRunId ?? run.id, approvalId, consumedBy }
  const requestState = await sealRequestState(runtime, stateBinding(approved), ask, resumePoint)
  return { kind: 'input_required', runId: run.id, approvalId, ask, requestState, awaiting: 'input' }
}

/** Sends the same input requests again, because a response is missing. Nothing ran, and this request has no run of its own. */
export async function askAgain(
  runtime: Runtime,
  validated: Validated,
  outcome: CallOutcome,
): Promise<CallOutcome> {
  await auditFact(runtime, validated.admitted, {
    type: 'run.joined',
    operation: 'tools/call',
    tool: validated.tool.name,
    runId: outcome.runId,
    argumentsDigest: validated.argumentsDigest,
    outcome: 'input_required',
  })
  return outcome
}

interface Failed {
  /** What was thrown. */
  readonly error: unknown
  /** `null`: the call failed before it was approved. */
  readonly approved: Approved | null
  /** Id of the approval that the call waited for; `null` for none. */
  readonly waitsFor: string | null
}

/** Ends the run of a call that failed. Returns the error for the caller. */
export async function endFailed(
  runtime: Runtime,
  begun: Begun,
  { error, approved, waitsFor }: Failed,
): Promise<AllvError> {
  const failure = toAllvError(runtime, begun.context.correlationId, error)
  const outcome = ended(begun.run.id, failure.code)
  const answer: RunAnswer =
    approved === null
      ? { ...endedAnswer(begun.run, waitsFor, outcome), abandoned: true }
      : await settledAnswer(runtime, approved, outcome)
  await endRun(runtime, begun, answer)
  return failure
}
