/** Runs a call that may take its time: whoever can poll is given a handle as soon as it does. */

import { CancellationSource } from '../../foundation/async/cancellation.js'
import { delay } from '../../foundation/async/deadline.js'
import { completeCall } from '../calls/call-order.js'
import { withInput } from '../request/begun.js'
import type { CallOutcome } from '../request/call-outcome.js'
import type { Begun, CallInput, TaskHandle } from '../request/call-stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { withStopSignal } from './stop-signal.js'

/** What is quick is answered directly, questions to the client too. MCP tasks extension, Task Creation: those SHOULD come before the task. */
const GRACE_MS = 100

/** Any node must be able to go on with a task, from what is kept of its arguments. */
export function mayBecomeTask({ tool, input, bound }: Begun): boolean | Promise<boolean> {
  const wanted = input.waits.task && (tool.taskSupport === 'optional' || tool.taskSupport === 'required')
  return wanted && bound.canBeRecalled()
}

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
  // From here on the client may go away: the task is its own.
  input.cancel.signal.removeEventListener('abort', onGone)
  begun.admitted.received.background(async () => void (await work.catch(() => {})))
  return { kind: 'task', runId: run.id, approval: null, startedAt: run.startedAt }
}

/** Either the handle goes out, or the answer does: whichever is decided first. */
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
