/** The operation that calls a tool. */

import { beginCall, completeCall } from '../calls/call-order.js'
import { withReconnectGrace } from '../calls/reconnect-grace.js'
import { type CallOutcome, isCallOutcome } from '../request/call-outcome.js'
import type { CallInput } from '../request/call-stages.js'
import { auditRefusal } from '../request/refusals.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { mayBecomeTask, runAsTask } from '../tasks/run-as-task.js'

/** Calls a tool. The steps are in `beginCall` and `completeCall`. Throws an `AllvError` for a call that is refused. */
export async function callTool(runtime: Runtime, admitted: Admitted, input: CallInput): Promise<CallOutcome> {
  let tool = input.name
  try {
    const begun = await beginCall(runtime, admitted, input, ({ name }) => {
      tool = name
    })
    if (isCallOutcome(begun)) return begun
    return await withReconnectGrace(runtime, begun, async (patient) =>
      (await mayBecomeTask(patient)) ? runAsTask(runtime, patient) : completeCall(runtime, patient),
    )
  } catch (error) {
    throw await auditRefusal(runtime, admitted, { operation: 'tools/call', error, tool })
  }
}
