/** Finds the caller's own task. A task of another member is not found, even for the same API key, nor one of a tool that the member may not use. */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunsAdapter } from '../../adapters/runs.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { readApproval } from '../approvals/watch.js'
import { callableTools } from '../calls/authorize.js'
import type { Admitted } from '../request/stages.js'
import { readRun } from '../request/stored-records.js'
import type { Runtime } from '../runtime/runtime.js'

/** A task of the caller. */
export interface FoundTask {
  /** The store that has it. */
  readonly runs: RunsAdapter
  /** The run of the task, as it was read. */
  readonly run: Run
  /** Its tool, as the member sees it now. */
  readonly tool: ToolDefinition
}

/** Rejects with TASK_NOT_FOUND if the caller has no such task. */
export async function findTask(runtime: Runtime, admitted: Admitted, taskId: string): Promise<FoundTask> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) throw new AllvError('TASK_NOT_FOUND')
  const { workspaceId, member, correlationId } = admitted.context
  const run = await readRun(runtime, correlationId, { workspaceId, id: taskId })
  const own = run?.id === taskId && run.workspaceId === workspaceId && run.memberId === member.id
  if (!own) throw new AllvError('TASK_NOT_FOUND')
  const tool = (await callableTools(runtime, admitted)).find(({ name }) => name === run.tool)
  if (tool === undefined) throw new AllvError('TASK_NOT_FOUND')
  return { runs, run, tool }
}

/**
 * Whether this run may have been answered as a task. Runs do not store that. A run was not a task if its tool does not support tasks and the run
 * has neither an approval nor a checkpoint.
 */
export function couldBeTask({ run, tool }: FoundTask): boolean {
  const servedAsTask = tool.taskSupport === 'optional' || tool.taskSupport === 'required'
  return servedAsTask || run.approvalId !== null || run.checkpoint !== null
}

/** The approval that the task waits or waited for; `null` if there is none, or the store has it no longer. */
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

/** Throws a TypeError if the store gave an approval of another call: nothing of it is shown, and nothing runs under it. */
function assertOfRun(run: Run, approval: Approval): void {
  const same =
    approval.id === run.approvalId &&
    approval.workspaceId === run.workspaceId &&
    approval.memberId === run.memberId &&
    approval.tool === run.tool &&
    approval.argumentsDigest === run.argumentsDigest
  if (!same) throw new TypeError('the approvals adapter gave an approval that is not of this task')
}
