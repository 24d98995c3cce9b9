/** Looks where a task stands, and carries it on when it can be: whoever asks for it is the one who moves it, on whichever node. */

import type { Approval } from '../adapters/approvals.js'
import type { Run, RunOutcome } from '../adapters/runs.js'
import { bindingOf, definitionDigest } from '../approvals/binding.js'
import { answerOf } from '../approvals/follow.js'
import { mayConfirm } from '../approvals/ladder.js'
import { formFor, QUESTION_KEY } from '../approvals/present.js'
import { type ClientCapabilities, canAnswer } from '../pipeline/abilities.js'
import { callAdapter } from '../pipeline/adapter-call.js'
import type { Admitted } from '../pipeline/context.js'
import { auditEnd, storeEnd } from '../pipeline/end-run.js'
import { ended } from '../pipeline/outcome.js'
import type { Plane } from '../pipeline/plane.js'
import { tellRun } from '../pipeline/run-news.js'
import { openNote, outstanding, type TaskNote } from '../pipeline/task-notes.js'
import { claimUnderApproval, recallArguments, resumedUnderApproval, startWork } from './continue.js'
import { approvalOf, type FoundTask } from './find.js'
import { over, type TaskView, timesOf, working } from './views.js'

export async function advance(
  plane: Plane,
  admitted: Admitted,
  found: FoundTask,
  capabilities: ClientCapabilities,
): Promise<TaskView> {
  const { run } = found
  switch (run.status) {
    case 'running':
      return working(run, null)
    case 'pending_approval':
      return withApproval(plane, admitted, found, capabilities)
    case 'input_required':
      return withQuestions(plane, admitted, found, capabilities)
    default:
      return over(run, null, outcomeOf(run))
  }
}

async function withApproval(
  plane: Plane,
  admitted: Admitted,
  found: FoundTask,
  capabilities: ClientCapabilities,
): Promise<TaskView> {
  const { run } = found
  const approval = await approvalOf(plane, admitted, run)
  if (approval === null) return end(plane, admitted, run, null, ended(run.id, 'APPROVAL_EXPIRED'))
  const answer = answerOf({ runId: run.id }, approval)
  if (answer?.kind === 'ended') return end(plane, admitted, run, approval, answer.outcome)
  if (approval.state === 'pending') {
    const form = formFor(approval)
    return mayConfirm(plane, approval) && canAnswer(capabilities, form)
      ? { ...timesOf(run, approval), status: 'input_required', inputRequests: { [QUESTION_KEY]: form } }
      : working(run, approval)
  }
  return approval.state === 'approved' ? carryOn(plane, admitted, found, approval) : working(run, approval)
}

/** Approved, and nobody has begun: this is who begins, if nobody else is faster. */
async function carryOn(
  plane: Plane,
  admitted: Admitted,
  found: FoundTask,
  approval: Approval,
): Promise<TaskView> {
  const { run } = found
  const bound = await recallArguments(found, approval.arguments)
  if (bound === null) {
    if (definitionDigest(found.tool) === approval.definitionDigest)
      throw new TypeError('a store gave other arguments than those that this task was called with')
    return end(plane, admitted, run, approval, ended(run.id, 'APPROVAL_EXPIRED'))
  }
  const decided = { approval, bound }
  const resumed = resumedUnderApproval(plane, admitted, found, decided)
  // The tool's definition has changed since: what was approved is not what would run.
  const unchanged = bindingOf({ ...resumed, runId: run.id, startedAt: run.startedAt, resumes: null })
  if (unchanged !== approval.binding)
    return end(plane, admitted, run, approval, ended(run.id, 'APPROVAL_EXPIRED'))
  const claim = await claimUnderApproval(plane, admitted, found, decided)
  if (!('earlier' in claim)) startWork(plane, claim)
  else if (claim.earlier.outcome !== null || claim.earlier.status === 'unknown')
    return endUnlessBegun(plane, admitted, found, approval, outcomeOf(claim.earlier))
  return working(run, approval)
}

async function withQuestions(
  plane: Plane,
  admitted: Admitted,
  { run, runs }: FoundTask,
  capabilities: ClientCapabilities,
): Promise<TaskView> {
  const note = await openNote(plane, run)
  if (note === null) return working(run, null)
  if (note.continuedBy !== null) {
    const { workspaceId } = admitted.context
    const id = note.continuedBy
    const other = await callAdapter(plane, admitted.correlationId, () => runs.get({ workspaceId, id }))
    return other?.status === 'unknown'
      ? end(plane, admitted, run, null, outcomeOf(other))
      : working(run, null)
  }
  return asking(run, note, capabilities)
}

/** Abilities are of this very request: who did not declare that it can be asked just sees the task work on. */
function asking(run: Run, note: TaskNote, capabilities: ClientCapabilities): TaskView {
  const askable = Object.entries(outstanding(note)).filter(([, request]) => canAnswer(capabilities, request))
  if (askable.length === 0) return working(run, null)
  return { ...timesOf(run, null), status: 'input_required', inputRequests: Object.fromEntries(askable) }
}

/** Puts on record what became of it: the run of a task ends with the work that was done for it. */
export async function end(
  plane: Plane,
  admitted: Admitted,
  run: Run,
  approval: Approval | null,
  outcome: RunOutcome,
): Promise<TaskView> {
  const end = endOf(run, approval, outcome)
  await storeEnd(plane, admitted, run.id, { ...end, note: null })
  return tellEnd(plane, admitted, { run, approval, end })
}

/** Who carried it on stopped before using the approval. That is the end of it, unless a repeat of the call has begun it by then. */
async function endUnlessBegun(
  plane: Plane,
  admitted: Admitted,
  { run, runs }: FoundTask,
  approval: Approval,
  outcome: RunOutcome,
): Promise<TaskView> {
  const end = endOf(run, approval, outcome)
  await storeEnd(plane, admitted, run.id, { ...end, ifNote: null })
  const { workspaceId, id } = run
  const now = await callAdapter(plane, admitted.correlationId, () => runs.get({ workspaceId, id }))
  if (!now?.outcome) return working(run, approval)
  const another = now.outcome.status !== end.status || now.outcome.errorCode !== end.errorCode
  return another ? over(now, approval, now.outcome) : tellEnd(plane, admitted, { run: now, approval, end })
}

function endOf(run: Run, approval: Approval | null, outcome: RunOutcome) {
  const { status, errorCode } = outcome
  return { status, errorCode, approvalId: approval?.id ?? run.approvalId, outcome }
}

interface Ending {
  readonly run: Run
  readonly approval: Approval | null
  readonly end: ReturnType<typeof endOf>
}

async function tellEnd(plane: Plane, admitted: Admitted, { run, approval, end }: Ending): Promise<TaskView> {
  await auditEnd(plane, admitted, 'tasks/get', run, end)
  await tellRun(plane, admitted, 'run_changed', run.id)
  return over(run, approval, end.outcome)
}

/** A run without an outcome whose lease is over: nobody knows. */
function outcomeOf(run: Run): RunOutcome {
  return run.outcome ?? ended(run.id, 'OUTCOME_UNKNOWN')
}
