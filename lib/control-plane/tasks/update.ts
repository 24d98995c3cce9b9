/** Takes the client's answers to a task. Keys that are no longer requested are ignored. MCP tasks extension, Task Update Requests. */

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
import { applyObjection } from './rule.js'

/** If two requests answer at once, the second finds a changed checkpoint and reads the task again, at most this many times. */
const MAX_TRIES = 10

/** Stores the answers, and resumes the task when it has all of them. Rejects with UNAVAILABLE if they could not be stored. */
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
  // The answers are not stored, so they must not be acknowledged.
  if (current.run.status === 'input_required') throw new AllvError('UNAVAILABLE')
}

/** Stores the member's decision on their own approval. An answer to an approval that an operator must decide is ignored. */
async function decideOwn(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  responses: JsonObject,
): Promise<void> {
  const { run } = found
  const approval = await approvalOf(runtime, admitted, run)
  if (approval === null || !mayConfirm(runtime, approval, admitted.context)) return
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
  if (objection !== null) await applyObjection(runtime, admitted, found, decided, objection)
  // The task is resumed at once, without waiting for the next poll.
  else await advance(runtime, admitted, found, NO_CAPABILITIES)
  await publishRunEvent(runtime, admitted, 'run_changed', run.id)
}

/** `false`: another request has changed the checkpoint since it was read. */
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
  return complete ? resumeTask(runtime, admitted, found, answered) : store(runtime, admitted, found, answered)
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

async function resumeTask(
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
  // If the policy cannot be asked, this throws: the task stays as it is, and the caller must answer again.
  await evaluatePolicy(runtime, resumed)
  const claim = await claimRun(runtime, found.runs, resumed)
  const continuedBy = 'earlier' in claim ? claim.earlier.id : claim.run.id
  const stored = await store(runtime, admitted, found, { ...checkpoint, continuedBy })
  if (!('earlier' in claim)) startWork(runtime, claim)
  return stored || !('earlier' in claim)
}

/** Whether the checkpoint was stored. Also `false` if the store fails: the caller then reads the run again. */
async function store(
  runtime: Runtime,
  admitted: Admitted,
  { run, runs }: FoundTask,
  checkpoint: TaskCheckpoint,
): Promise<boolean> {
  const { id, workspaceId, approvalId } = run
  const sealed = await sealCheckpoint(runtime, id, checkpoint)
  const stored = await callAdapter(runtime, admitted.context.correlationId, () =>
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
  return stored
}
