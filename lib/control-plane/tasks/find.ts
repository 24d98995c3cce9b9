/** The caller's own task. Another member's, even with the same key, does not exist for them; nor does one of a tool that they may not use. */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunsAdapter } from '../../adapters/runs.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { readApproval } from '../approvals/watch.js'
import { visibleTools } from '../calls/authorize.js'
import type { Admitted } from '../request/stages.js'
import { readRun } from '../request/stored-records.js'
import type { Runtime } from '../runtime/runtime.js'

export interface FoundTask {
  readonly runs: RunsAdapter
  readonly run: Run
  readonly tool: ToolDefinition
}

/** Throws TASK_NOT_FOUND. */
export async function findTask(runtime: Runtime, admitted: Admitted, taskId: string): Promise<FoundTask> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) throw new AllvError('TASK_NOT_FOUND')
  const { workspaceId, member, correlationId } = admitted.context
  const run = await readRun(runtime, correlationId, { workspaceId, id: taskId })
  const own = run?.id === taskId && run.workspaceId === workspaceId && run.memberId === member.id
  if (!own) throw new AllvError('TASK_NOT_FOUND')
  const tool = (await visibleTools(runtime, admitted)).find(({ name }) => name === run.tool)
  if (tool === undefined) throw new AllvError('TASK_NOT_FOUND')
  return { runs, run, tool }
}

/**
 * Whether this run may have been given as a task. No record says so; but a call that waited for nothing, of a tool that is never served as
 * one, was not.
 */
export function couldBeTask({ run, tool }: FoundTask): boolean {
  const servedAsTask = tool.taskSupport === 'optional' || tool.taskSupport === 'required'
  return servedAsTask || run.approvalId !== null || run.checkpoint !== null
}

/** The approval that the task waits for, or waited for; `null` when it is gone. */
export async function approvalOf(
  runtime: Runtime,
  { context }: Admitted,
  run: Run,
): Promise<Approval | null> {
  const approval =
    run.approvalId === null ? null : await readApproval(runtime, context.correlationId, run.approvalId)
  if (approval !== null) assertOfRun(run, approval)
  return approval
}

/** A store that hands out somebody else's approval is broken; nothing of it may be shown, and nothing run under it. */
function assertOfRun(run: Run, approval: Approval): void {
  const same =
    approval.id === run.approvalId &&
    approval.workspaceId === run.workspaceId &&
    approval.memberId === run.memberId &&
    approval.tool === run.tool &&
    approval.argumentsDigest === run.argumentsDigest
  if (!same) throw new TypeError('the approvals adapter gave an approval that is not of this task')
}
