/** The caller's own task. Another member's, even with the same key, does not exist for them; nor does one of a tool that they may not use. */

import type { Run, RunsAdapter } from '../adapters/runs.js'
import type { ToolDefinition } from '../adapters/tools.js'
import { AllvError } from '../errors.js'
import { callAdapter } from '../pipeline/adapter-call.js'
import { visibleTools } from '../pipeline/authorize.js'
import type { Admitted } from '../pipeline/context.js'
import type { Plane } from '../pipeline/plane.js'

export interface FoundTask {
  readonly runs: RunsAdapter
  readonly run: Run
  readonly tool: ToolDefinition
}

/** Throws TASK_NOT_FOUND. */
export async function findTask(plane: Plane, admitted: Admitted, taskId: string): Promise<FoundTask> {
  const { runs } = plane.config.adapters
  if (runs === undefined) throw new AllvError('TASK_NOT_FOUND')
  const { workspaceId, member } = admitted.context
  const run = await callAdapter(plane, admitted.correlationId, async () => {
    return (await runs.get({ workspaceId, id: taskId })) ?? null
  })
  const own = run?.id === taskId && run.workspaceId === workspaceId && run.memberId === member.id
  if (!own) throw new AllvError('TASK_NOT_FOUND')
  const tool = (await visibleTools(plane, admitted)).find(({ name }) => name === run.tool)
  if (tool === undefined) throw new AllvError('TASK_NOT_FOUND')
  return { runs, run, tool }
}
