/** Asks the policy again about a task that waits for an approval, and applies its objection to the task. */

import type { RunOutcome } from '../../adapters/runs.js'
import { bindingOf } from '../approvals/binding.js'
import { isOfAnotherDefinition } from '../approvals/consume.js'
import { pointRunTo } from '../approvals/mark-runs.js'
import { requestApproval } from '../approvals/request.js'
import { objectionTo } from '../approvals/rule.js'
import { withRun } from '../request/begun.js'
import { ended } from '../request/call-outcome.js'
import type { Objection } from '../request/objection.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { type Decided, resumedUnderApproval } from './continue.js'
import { endUnlessBegun } from './end.js'
import type { FoundTask } from './find.js'
import { type TaskView, workingView } from './task-view.js'

/** `outdated`: the tool's definition has changed since the approval was requested. */
export type TaskObjection = Objection | { readonly verdict: 'outdated' }

/** The objection to a task; `null` if there is none. Rejects if the policy cannot be asked; the task and its approval then stay as they are. */
export async function objectionToTask(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  decided: Decided,
): Promise<TaskObjection | null> {
  const { approval } = decided
  const resumed = resumedUnderApproval(runtime, admitted, found, decided)
  if (isOfAnotherDefinition(resumed, approval)) return { verdict: 'outdated' }
  return objectionTo(runtime, resumed, approval.approver)
}

/** Ends the task, or makes it wait for the approval that the policy now requires. */
export async function applyObjection(
  runtime: Runtime,
  admitted: Admitted,
  found: FoundTask,
  decided: Decided,
  objection: TaskObjection,
): Promise<TaskView> {
  const { run } = found
  const { approval } = decided
  const endAs = (outcome: RunOutcome) => endUnlessBegun(runtime, admitted, found, approval, outcome)
  switch (objection.verdict) {
    case 'outdated':
      return endAs(ended(run.id, 'APPROVAL_EXPIRED'))
    case 'deny':
      return endAs(ended(run.id, 'APPROVAL_DENIED', { reason: objection.reason }))
    case 'superseded': {
      const { wanted } = objection
      const resumed = resumedUnderApproval(runtime, admitted, found, decided)
      const begun = withRun(resumed, { id: run.id, startedAt: run.startedAt, resumes: approval.id })
      const requested = await requestApproval(runtime, begun, wanted, bindingOf(begun, wanted.verdict))
      if (requested === null) return endAs(ended(run.id, 'TOO_MANY_PENDING_APPROVALS'))
      await pointRunTo(runtime, begun, requested.approval)
      return workingView(run, requested.approval)
    }
  }
}
