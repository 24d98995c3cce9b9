/** Stops a running task when its cancellation is published, on this node or another one. */

import type { CancellationSource } from '../../foundation/async/cancellation.js'
import { withInput } from '../request/begun.js'
import type { Begun } from '../request/call-stages.js'
import type { Runtime } from '../runtime/runtime.js'

/** Runs `work` with a call that `stop` cancels. Aborts `stop` when the event bus publishes that this task is cancelled. */
export async function withStopSignal<T>(
  runtime: Runtime,
  begun: Begun,
  stop: CancellationSource,
  work: (listening: Begun) => Promise<T>,
): Promise<T> {
  const { context, input, run } = begun
  const taskId = input.task?.taskId ?? run.id
  const audience = { workspaceId: context.workspaceId, memberId: context.member.id }
  const end = runtime.eventBus.subscribe(audience, (event) => {
    if (event.type === 'run_cancelled' && event.runId === taskId) stop.abort()
  })
  try {
    return await work(withInput(begun, { cancel: stop }))
  } finally {
    end()
  }
}
