/** News of tasks on a listen stream: `notifications/tasks`, each with the whole task. MCP tasks extension, Task Status Notifications. */

import { nextState } from '../approvals/changes.js'
import { isAllvError } from '../errors.js'
import type { ClientCapabilities } from '../pipeline/abilities.js'
import { type Bell, createBell } from '../pipeline/bell.js'
import type { Admitted } from '../pipeline/context.js'
import { withDeadline } from '../pipeline/deadline.js'
import { readmit } from '../pipeline/operations.js'
import type { Plane } from '../pipeline/plane.js'
import { getTask } from '../tasks/operations.js'
import type { TaskView } from '../tasks/views.js'
import type { WireObject } from './results.js'
import { isOver, toWireTask } from './task-results.js'

export interface TaskFollower {
  readonly plane: Plane
  readonly admitted: Admitted
  readonly capabilities: ClientCapabilities
  readonly signal: AbortSignal
  readonly send: (task: WireObject) => void
}

/** News may be lost; a task is looked at this often in any case. */
const SAFETY_MS = 5000

/** Tells where the task stands, and each time it has moved, until it is over. Whoever listens also carries it on. Never rejects. */
export async function followTask(follower: TaskFollower, taskId: string): Promise<void> {
  const { plane, admitted } = follower
  const { workspaceId, member } = admitted.context
  const bell = createBell(plane.hub, { workspaceId, memberId: member.id }, (event) =>
    event.type === 'run_changed' ? event.runId === taskId : event.type === 'approval_changed',
  )
  try {
    await tell(follower, taskId, bell)
  } catch (error) {
    // The stream's own checks end it when its gates fail; a task that is gone is only no longer told of.
    if (!isAllvError(error))
      plane.config.onError(error, { correlationId: admitted.correlationId, code: 'INTERNAL' })
  } finally {
    bell.close()
  }
}

async function tell(
  { plane, admitted, capabilities, signal, send }: TaskFollower,
  taskId: string,
  bell: Bell,
): Promise<void> {
  let told = ''
  while (!signal.aborted) {
    const current = await readmit(plane, admitted)
    const view = await getTask(plane, current, taskId, capabilities)
    const task = toWireTask(view)
    const text = JSON.stringify(task)
    if (text !== told && !signal.aborted) send(task)
    told = text
    if (isOver(view)) return
    await moved(plane, current, view, { bell, signal })
  }
}

/** Resolves when the task may have moved. A store that can wake its waiters does it at once. */
async function moved(
  plane: Plane,
  { correlationId }: Admitted,
  view: TaskView,
  { bell, signal }: { readonly bell: Bell; readonly signal: AbortSignal },
): Promise<void> {
  const done = new AbortController()
  const approval = view.status === 'working' ? view.approval : null
  const wakes = plane.config.adapters.approvals.wait !== undefined && approval?.state === 'pending'
  await withDeadline({ ms: SAFETY_MS, signals: [signal, done.signal] }, async (until) => {
    const heard = bell.heard(SAFETY_MS, until.signal)
    if (wakes) await Promise.race([heard, nextState(plane, correlationId, approval, until.signal)])
    else await heard
    done.abort()
  })
}
