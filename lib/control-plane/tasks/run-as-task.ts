/** Runs a call that may become a task. If it is not answered soon, the client gets a task handle to poll. */

import { CancellationSource } from '../../foundation/async/cancellation.js'
import { delay } from '../../foundation/async/deadline.js'
import { completeCall } from '../calls/call-order.js'
import { withInput } from '../request/begun.js'
import type { CallOutcome } from '../request/call-outcome.js'
import type { Begun, CallInput, TaskHandle } from '../request/call-stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { withStopSignal } from './stop-signal.js'

/**
 * How long a call may run before its client gets a task. Quick results are answered directly, and so are input requests, which SHOULD come before
 * the task. MCP tasks extension, Task Creation.
 */
const GRACE_MS = 100

/** Whether the client and the tool support tasks, and any node can resume the call from its stored arguments. */
export function mayBecomeTask({ tool, input, bound }: Begun): boolean | Promise<boolean> {
  const wanted = input.waits.task && (tool.taskSupport === 'optional' || tool.taskSupport === 'required')
  return wanted && bound.canBeRecalled()
}

/** The outcome of the call, or the task handle if the call takes longer than `GRACE_MS`. */
export async function runAsTask(runtime: Runtime, begun: Begun): Promise<CallOutcome> {
  const { run, input } = begun
  const stop = new CancellationSource()
  const onGone = () => stop.abort()
  const handle = createHandle(run.id)
  const progress: CallInput['progress'] = (update) => handle.isOut() || input.progress(update)
  const call = withInput(begun, { task: handle.task, progress })
  if (input.cancel.signal.aborted) onGone()
  input.cancel.signal.addEventListener('abort', onGone, { once: true })
  const quick = new AbortController()
  const work = withStopSignal(runtime, call, stop, (listening) => completeCall(runtime, listening)).finally(
    () => quick.abort(),
  )
  work.catch(() => {})
  await delay(GRACE_MS, quick.signal)
  if (quick.signal.aborted || !handle.give()) {
    return work.finally(() => input.cancel.signal.removeEventListener('abort', onGone))
  }
  // The client has the handle. From now on the task continues without this request.
  input.cancel.signal.removeEventListener('abort', onGone)
  begun.admitted.received.background(async () => void (await work.catch(() => {})))
  return { kind: 'task', runId: run.id, approval: null, startedAt: run.startedAt }
}

/** Decides once whether this request is answered with the handle or with the result of the call. */
function createHandle(taskId: string): {
  readonly task: TaskHandle
  isOut(): boolean
  give(): boolean
} {
  let state: 'open' | 'out' | 'direct' = 'open'
  return {
    task: {
      taskId,
      step: 0,
      isGiven() {
        if (state === 'open') state = 'direct'
        return state === 'out'
      },
    },
    isOut: () => state === 'out',
    give() {
      if (state === 'open') state = 'out'
      return state === 'out'
    },
  }
}
