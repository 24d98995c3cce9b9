/** The operations on tasks. A task is a run whose caller received a handle to poll. */

import { isAllvError } from '../../foundation/errors/allv-error.js'
import type { JsonObject } from '../../foundation/json/json.js'
import type { ClientCapabilities } from '../input/capabilities.js'
import { type OperationFacts, operation } from '../request/operation.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { advance } from '../tasks/advance.js'
import { cancel } from '../tasks/cancel.js'
import { couldBeTask, type FoundTask, findTask } from '../tasks/find.js'
import type { TaskView } from '../tasks/task-view.js'
import { update } from '../tasks/update.js'

/** Shows a task. Steps: authorize; begin and approve when the task can go on; audit when an outcome is shown. */
export async function getTask(
  runtime: Runtime,
  admitted: Admitted,
  taskId: string,
  capabilities: ClientCapabilities,
): Promise<TaskView> {
  return operation(runtime, admitted, 'tasks/get', async () => {
    const found = await findTask(runtime, admitted, taskId)
    const result = await advance(runtime, admitted, found, capabilities)
    return { result, facts: result.status === 'over' ? shown(found, result) : null }
  })
}

/** Takes input responses for a task. Steps: authorize, validate, begin when no response is missing, audit. */
export async function updateTask(
  runtime: Runtime,
  admitted: Admitted,
  taskId: string,
  responses: JsonObject,
): Promise<void> {
  await operation(runtime, admitted, 'tasks/update', async () => {
    const found = await findTask(runtime, admitted, taskId)
    return { result: await update(runtime, admitted, found, responses), facts: factsOf(found) }
  })
}

/** Cancels a task. Steps: authorize, end run, audit. */
export async function cancelTask(runtime: Runtime, admitted: Admitted, taskId: string): Promise<void> {
  await operation(runtime, admitted, 'tasks/cancel', async () => {
    const found = await findTask(runtime, admitted, taskId)
    return { result: await cancel(runtime, admitted, found), facts: factsOf(found) }
  })
}

/** Whether this is a task of this member. Part of opening a stream, whose audit event names the task. */
export async function isOwnTask(runtime: Runtime, admitted: Admitted, taskId: string): Promise<boolean> {
  try {
    // A run that was answered at once never became a task.
    return couldBeTask(await findTask(runtime, admitted, taskId))
  } catch (error) {
    if (isAllvError(error) && error.code === 'TASK_NOT_FOUND') return false
    throw error
  }
}

function factsOf({ run, tool }: FoundTask): OperationFacts {
  const { id: runId, approvalId, argumentsDigest } = run
  return { tool: tool.name, runId, argumentsDigest, ...(approvalId === null ? {} : { approvalId }) }
}

function shown(
  found: FoundTask,
  { outcome, approvalId }: Extract<TaskView, { status: 'over' }>,
): OperationFacts {
  return {
    ...factsOf(found),
    outcome: outcome.status,
    ...(approvalId === null ? {} : { approvalId }),
    ...(outcome.errorCode === null ? {} : { code: outcome.errorCode }),
  }
}
