/** Reads the status of a task, and resumes it if it can continue. No worker waits for a task: the request that reads it resumes it, on any node. */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunOutcome } from '../../adapters/runs.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { answerOf } from '../approvals/hold.js'
import { formFor, QUESTION_KEY } from '../approvals/pending-answer.js'
import { evaluatePolicy } from '../approvals/rule.js'
import { mayConfirm } from '../approvals/wait-method.js'
import { openCheckpoint, pendingRequests, type TaskCheckpoint } from '../calls/task-checkpoint.js'
import { type ClientCapabilities, supportsInputRequest } from '../input/capabilities.js'
import { ended } from '../request/call-outcome.js'
import type { Admitted } from '../request/stages.js'
import { readRun } from '../request/stored-records.js'
import type { Runtime } from '../runtime/runtime.js'
import {
  claimUnderApproval,
  claimWithCheckpoint,
  couldNotBegin,
  recalled,
  resumedWithCheckpoint,
  startWork,
} from './continue.js'
import { end, endUnlessBegun } from './end.js'
import { approvalOf, type FoundTask } from './find.js'
import { applyObjection, objectionToTask } from './rule.js'
import { endedView, type TaskView, timesOf, workingView } from './task-view.js'

/** The task after it was resumed, or as it is. `capabilities`: those of this request; they decide whether input requests are shown. */
export async function advance(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  capabilities: ClientCapabilities,
): Promise<TaskView> {
  const { run } = found
  switch (run.status) {
    case 'running':
      return workingView(run, null)
    case 'pending_approval':
      return withApproval(runtime, admitted, found, capabilities)
    case 'input_required':
      return withInputRequests(runtime, admitted, found, capabilities)
    default:
      // A run that succeeded without a stored result was not a task: its result was sent to the caller only.
      if (run.outcome?.status === 'succeeded' && run.outcome.result === null)
        throw new AllvError('TASK_NOT_FOUND')
      return endedView(run, null, outcomeOf(run))
  }
}

async function withApproval(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  capabilities: ClientCapabilities,
): Promise<TaskView> {
  const { run } = found
  const approval = await approvalOf(runtime, admitted, run)
  if (approval === null) return end(runtime, admitted, run, null, ended(run.id, 'APPROVAL_EXPIRED'))
  const answer = answerOf(run, approval)
  if (answer?.kind === 'ended') return end(runtime, admitted, run, approval, answer.outcome)
  if (approval.state === 'pending') {
    const form = formFor(approval)
    if (!mayConfirm(runtime, approval, admitted.context) || !supportsInputRequest(capabilities, form))
      return workingView(run, approval)
    // The policy may require an operator by now. Then the member must not see the form.
    const decided = await recalled(found, approval)
    if (decided === null) return end(runtime, admitted, run, approval, ended(run.id, 'APPROVAL_EXPIRED'))
    const objection = await objectionToTask(runtime, admitted, found, decided)
    if (objection !== null) return applyObjection(runtime, admitted, found, decided, objection)
    return { ...timesOf(run, approval), status: 'input_required', inputRequests: { [QUESTION_KEY]: form } }
  }
  return approval.state === 'approved'
    ? resumeTask(runtime, admitted, found, approval)
    : workingView(run, approval)
}

/** Begins the approved call, unless another request begins it first. */
async function resumeTask(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  approval: Approval,
): Promise<TaskView> {
  const { run } = found
  const decided = await recalled(found, approval)
  if (decided === null) return end(runtime, admitted, run, approval, ended(run.id, 'APPROVAL_EXPIRED'))
  // The policy is asked again when the approval is consumed. Asked here too, the client that polls gets a denial at once, and the task stays as
  // it is if the policy cannot be asked.
  const objection = await objectionToTask(runtime, admitted, found, decided)
  if (objection !== null) return applyObjection(runtime, admitted, found, decided, objection)
  const claim = await claimUnderApproval(runtime, admitted, found, decided)
  if (!('earlier' in claim)) startWork(runtime, claim)
  else if (claim.earlier.status === 'pending_approval')
    return endUnlessBegun(runtime, admitted, found, approval, ended(run.id, 'APPROVAL_EXPIRED'))
  else if (claim.earlier.outcome !== null || claim.earlier.status === 'unknown')
    return endUnlessBegun(runtime, admitted, found, approval, outcomeOf(claim.earlier))
  return workingView(run, approval)
}

async function withInputRequests(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  capabilities: ClientCapabilities,
): Promise<TaskView> {
  const { run } = found
  const checkpoint = await openCheckpoint(runtime, run)
  if (checkpoint === null) return workingView(run, null)
  if (checkpoint.continuedBy !== null) {
    const { workspaceId, correlationId } = admitted.context
    const other = await readRun(runtime, correlationId, { workspaceId, id: checkpoint.continuedBy })
    if (other && couldNotBegin(other)) return resumeAgain(runtime, admitted, found, checkpoint)
    return other?.status === 'unknown'
      ? end(runtime, admitted, run, null, outcomeOf(other))
      : workingView(run, null)
  }
  return inputRequiredView(run, checkpoint, capabilities)
}

/** Resumes a task whose tool did not continue when the answers came, because a service was down. Throws if the policy still cannot be asked. */
async function resumeAgain(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  checkpoint: TaskCheckpoint,
): Promise<TaskView> {
  const { run } = found
  const resumed = await resumedWithCheckpoint(runtime, admitted, found, checkpoint)
  if (resumed !== null) await evaluatePolicy(runtime, resumed)
  const claim = resumed === null ? null : await claimWithCheckpoint(runtime, admitted, found, checkpoint)
  if (claim === null) return end(runtime, admitted, run, null, ended(run.id, 'APPROVAL_EXPIRED'))
  if (!('earlier' in claim)) startWork(runtime, claim)
  else if (claim.earlier.status === 'unknown' || couldNotBegin(claim.earlier))
    return end(runtime, admitted, run, null, outcomeOf(claim.earlier))
  return workingView(run, null)
}

/** Only requests that the client declared support for, in this request. If there are none, the client sees a working task. */
function inputRequiredView(run: Run, checkpoint: TaskCheckpoint, capabilities: ClientCapabilities): TaskView {
  const askable = Object.entries(pendingRequests(checkpoint)).filter(([, request]) =>
    supportsInputRequest(capabilities, request),
  )
  if (askable.length === 0) return workingView(run, null)
  return { ...timesOf(run, null), status: 'input_required', inputRequests: Object.fromEntries(askable) }
}

/** A run without an outcome, whose lease has ended, is reported as unknown. */
function outcomeOf(run: Run): RunOutcome {
  return run.outcome ?? ended(run.id, 'OUTCOME_UNKNOWN')
}
