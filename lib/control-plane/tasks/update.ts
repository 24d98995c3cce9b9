/** Takes what a task's caller answers. Keys that are not asked for any more are ignored. MCP tasks extension, Task Update Requests. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { confirm, toReply } from '../approvals/member-decision.js'
import { formFor, QUESTION_KEY } from '../approvals/pending-answer.js'
import { askRule, objectionTo } from '../approvals/rule.js'
import { mayConfirm } from '../approvals/wait-method.js'
import { claimRun } from '../calls/begin-run.js'
import { storeEnd } from '../calls/end-run.js'
import { openNote, outstanding, sealNote, type TaskNote } from '../calls/task-checkpoint.js'
import { NO_ABILITIES } from '../input/capabilities.js'
import { readAnswers } from '../input/validate-responses.js'
import { ended } from '../request/call-outcome.js'
import { tellRun } from '../request/run-events.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Plane } from '../runtime/runtime.js'
import { advance } from './advance.js'
import { recalled, resumedUnderApproval, resumedWithNote, startWork } from './continue.js'
import { end } from './end.js'
import { approvalOf, type FoundTask, findTask } from './find.js'
import { underObjection } from './rule.js'

/** Two that answer at once are each other's news: whoever comes second looks again. */
const MAX_TRIES = 10

export async function update(
  plane: Plane,
  admitted: Admitted,
  found: FoundTask,
  responses: JsonObject,
): Promise<void> {
  if (found.run.status === 'pending_approval') return decideOwn(plane, admitted, found, responses)
  let current = found
  for (let tries = 0; tries < MAX_TRIES && current.run.status === 'input_required'; tries += 1) {
    if (await takeAnswers(plane, admitted, current, responses)) return
    current = await findTask(plane, admitted, found.run.id)
  }
  // Not acknowledged: what the caller answered is not kept.
  if (current.run.status === 'input_required') throw new AllvError('UNAVAILABLE')
}

/** The member's own approval, confirmed in their client. An operator's is not theirs to give, whatever is answered. */
async function decideOwn(
  plane: Plane,
  admitted: Admitted,
  found: FoundTask,
  responses: JsonObject,
): Promise<void> {
  const { run } = found
  const approval = await approvalOf(plane, admitted, run)
  if (approval === null || !mayConfirm(plane, approval)) return
  const answer = readAnswers(plane, { [QUESTION_KEY]: formFor(approval) }, responses)?.[QUESTION_KEY]
  if (answer === undefined) return
  const decided = await recalled(found, approval)
  if (decided === null)
    return void (await end(plane, admitted, run, approval, ended(run.id, 'APPROVAL_EXPIRED')))
  const { objection } = await confirm(plane, admitted, {
    approval,
    reply: toReply(answer),
    object: () =>
      objectionTo(plane, resumedUnderApproval(plane, admitted, found, decided), approval.approver),
  })
  if (objection !== null) await underObjection(plane, admitted, found, decided, objection)
  // Given now, it is carried on now: its caller need not ask first.
  else await advance(plane, admitted, found, NO_ABILITIES)
  await tellRun(plane, admitted, 'run_changed', run.id)
}

/** False: somebody else has changed the note since it was read. */
async function takeAnswers(
  plane: Plane,
  admitted: Admitted,
  found: FoundTask,
  responses: JsonObject,
): Promise<boolean> {
  const note = await openNote(plane, found.run)
  if (note === null || note.continuedBy !== null) return true
  const answered = withAnswers(plane, note, responses)
  if (answered === note) return true
  const complete = Object.keys(outstanding(answered)).length === 0
  return complete ? carryOn(plane, admitted, found, answered) : keep(plane, admitted, found, answered)
}

function withAnswers(plane: Plane, note: TaskNote, responses: JsonObject): TaskNote {
  const answers = { ...note.answers }
  for (const [key, request] of Object.entries(outstanding(note))) {
    const answer = readAnswers(plane, { [key]: request }, responses)?.[key]
    if (answer !== undefined) answers[key] = answer
  }
  return Object.keys(answers).length === Object.keys(note.answers).length ? note : { ...note, answers }
}

async function carryOn(plane: Plane, admitted: Admitted, found: FoundTask, note: TaskNote): Promise<boolean> {
  const resumed = await resumedWithNote(plane, admitted, found, note)
  if (resumed === null) {
    await end(plane, admitted, found.run, null, ended(found.run.id, 'APPROVAL_EXPIRED'))
    return true
  }
  // A rule that is down leaves the task as it is, and the caller is told to answer again.
  await askRule(plane, resumed)
  const claim = await claimRun(plane, found.runs, resumed)
  const continuedBy = 'earlier' in claim ? claim.earlier.id : claim.runId
  const kept = await keep(plane, admitted, found, { ...note, continuedBy })
  if (!('earlier' in claim)) startWork(plane, claim)
  return kept || !('earlier' in claim)
}

/** Whether the note is now the one given. */
async function keep(
  plane: Plane,
  admitted: Admitted,
  { run, runs }: FoundTask,
  note: TaskNote,
): Promise<boolean> {
  const sealed = await sealNote(plane, run.id, note)
  const { approvalId, note: ifNote } = run
  await storeEnd(plane, admitted, run.id, {
    status: 'input_required',
    approvalId,
    errorCode: null,
    outcome: null,
    note: sealed,
    ifNote,
  })
  await tellRun(plane, admitted, 'run_changed', run.id)
  const { workspaceId, id } = run
  const kept = await callAdapter(plane, admitted.correlationId, () => runs.get({ workspaceId, id }))
  return kept?.note === sealed
}
