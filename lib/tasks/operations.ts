/** The operations on tasks: runs whose caller was given a handle. They pass the same gates as everything else. */

import type { JsonObject } from '../adapters/json.js'
import type { ClientCapabilities } from '../pipeline/abilities.js'
import type { Admitted } from '../pipeline/context.js'
import type { Plane } from '../pipeline/plane.js'
import { audited } from '../pipeline/refusals.js'
import { advance } from './advance.js'
import { cancel } from './cancel.js'
import { findTask } from './find.js'
import { update } from './update.js'
import type { TaskView } from './views.js'

/** authorize, and where the task can go on, begin and approve. */
export async function getTask(
  plane: Plane,
  admitted: Admitted,
  taskId: string,
  capabilities: ClientCapabilities,
): Promise<TaskView> {
  return audited(plane, admitted, 'tasks/get', async () =>
    advance(plane, admitted, await findTask(plane, admitted, taskId), capabilities),
  )
}

/** authorize, validate, and where nothing is missing any more, begin. */
export async function updateTask(
  plane: Plane,
  admitted: Admitted,
  taskId: string,
  responses: JsonObject,
): Promise<void> {
  await audited(plane, admitted, 'tasks/update', async () =>
    update(plane, admitted, await findTask(plane, admitted, taskId), responses),
  )
}

/** authorize, end run. */
export async function cancelTask(plane: Plane, admitted: Admitted, taskId: string): Promise<void> {
  await audited(plane, admitted, 'tasks/cancel', async () =>
    cancel(plane, admitted, await findTask(plane, admitted, taskId)),
  )
}
