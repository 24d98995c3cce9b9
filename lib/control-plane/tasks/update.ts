/** Takes what a task's caller answers. Keys that are not asked for any more are ignored. MCP tasks extension, Task Update Requests. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { confirm, toReply } from '../approvals/member-decision.js'
import { formFor, QUESTION_KEY } from '../approvals/pending-answer.js'
import { evaluatePolicy, objectionTo } from '../approvals/rule.js'
import { mayConfirm } from '../approvals/wait-method.js'
import { claimRun } from '../calls/begin-run.js'
import {
  openCheckpoint,
  pendingRequests,
  sealCheckpoint,
  type TaskCheckpoint,
} from '../calls/task-checkpoint.js'
import { NO_CAPABILITIES } from '../input/capabilities.js'
import { validateInputResponses } from '../input/validate-responses.js'
import { ended } from '../request/call-outcome.js'
import { publishRunEvent } from '../request/run-events.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { advance } from './advance.js'
import { recalled, resumedUnderApproval, resumedWithCheckpoint, startWork } from './continue.js'
import { end } from './end.js'
import { approvalOf, type FoundTask, findTask } from './find.js'
import { underObjection } from './rule.js'

/** Of two that answer at once, the second finds another checkpoint, and reads the task again. */
const MAX_TRIES = 10

export async function update(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  responses: JsonObject,
): Promise<void> {
  if (found.run.status === 'pending_approval') return decideOwn(runtime, admitted, found, responses)
  let current = found
  for (let tries = 0; tries < MAX_TRIES && current.run.status === 'input_required'; tries += 1) {
    if (await takeAnswers(runtime, admitted, current, responses)) return
    current = await findTask(runtime, admitted, found.run.id)
  }
  // Not acknowledged: what the caller answered is not kept.
  if (current.run.status === 'input_required') throw new AllvError('UNAVAILABLE')
}

/** The member's own approval, confirmed in their client. An operator's is not theirs to give, whatever is answered. */
async function decideOwn(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  responses: JsonObject,
): Promise<void> {
  const { run } = found
  const approval = await approvalOf(runtime, admitted, run)
  if (approval === null || !mayConfirm(runtime, approval)) return
  const answer = validateInputResponses(runtime, { [QUESTION_KEY]: formFor(approval) }, responses)?.[
    QUESTION_KEY
  ]
  if (answer === undefined) return
  const decided = await recalled(found, approval)
  if (decided === null)
    return void (await end(runtime, admitted, run, approval, ended(run.id, 'APPROVAL_EXPIRED')))
  const { objection } = await confirm(runtime, admitted.context, {
    approval,
    reply: toReply(answer),
    object: () =>
      objectionTo(runtime, resumedUnderApproval(runtime, admitted, found, decided), approval.approver),
  })
  if (objection !== null) await underObjection(runtime, admitted, found, decided, objection)
  // Given now, it is carried on now: its caller need not ask first.
  else await advance(runtime, admitted, found, NO_CAPABILITIES)
  await publishRunEvent(runtime, admitted, 'run_changed', run.id)
}

/** False: somebody else has changed the checkpoint since it was read. */
async function takeAnswers(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  responses: JsonObject,
): Promise<boolean> {
  const checkpoint = await openCheckpoint(runtime, found.run)
  if (checkpoint === null || checkpoint.continuedBy !== null) return true
  const answered = withAnswers(runtime, checkpoint, responses)
  if (answered === checkpoint) return true
  const complete = Object.keys(pendingRequests(answered)).length === 0
  return complete ? carryOn(runtime, admitted, found, answered) : keep(runtime, admitted, found, answered)
}

function withAnswers(runtime: Runtime, checkpoint: TaskCheckpoint, responses: JsonObject): TaskCheckpoint {
  const answers = { ...checkpoint.answers }
  for (const [key, request] of Object.entries(pendingRequests(checkpoint))) {
    const answer = validateInputResponses(runtime, { [key]: request }, responses)?.[key]
    if (answer !== undefined) answers[key] = answer
  }
  return Object.keys(answers).length === Object.keys(checkpoint.answers).length
    ? checkpoint
    : { ...checkpoint, answers }
}

async function carryOn(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  checkpoint: TaskCheckpoint,
): Promise<boolean> {
  const resumed = await resumedWithCheckpoint(runtime, admitted, found, checkpoint)
  if (resumed === null) {
    await end(runtime, admitted, found.run, null, ended(found.run.id, 'APPROVAL_EXPIRED'))
    return true
  }
  // A rule that is down leaves the task as it is, and the caller is told to answer again.
  await evaluatePolicy(runtime, resumed)
  const claim = await claimRun(runtime, found.runs, resumed)
  const continuedBy = 'earlier' in claim ? claim.earlier.id : claim.run.id
  const kept = await keep(runtime, admitted, found, { ...checkpoint, continuedBy })
  if (!('earlier' in claim)) startWork(runtime, claim)
  return kept || !('earlier' in claim)
}

/** Whether the checkpoint is now the one given. False as well where the store cannot say: whoever calls reads the run again. */
async function keep(
  runtime: Runtime,
  admitted: Admitted,
  { run, runs }: FoundTask,
  checkpoint: TaskCheckpoint,
): Promise<boolean> {
  const { id, workspaceId, approvalId } = run
  const sealed = await sealCheckpoint(runtime, id, checkpoint)
  const kept = await callAdapter(runtime, admitted.context.correlationId, () =>
    runs.update({
      id,
      workspaceId,
      status: 'input_required',
      approvalId,
      errorCode: null,
      endedAt: new Date(),
      checkpoint: sealed,
      ifCheckpoint: run.checkpoint,
    }),
  ).catch(() => false)
  await publishRunEvent(runtime, admitted, 'run_changed', id)
  return kept
}
