/** The operation that calls a tool. */

import { authorizeTool } from '../calls/authorize.js'
import { beginRun } from '../calls/begin-run.js'
import { completeRun } from '../calls/complete-run.js'
import { withReconnectGrace } from '../calls/reconnect-grace.js'
import { resume } from '../calls/resume.js'
import { validateArguments } from '../calls/validate.js'
import { auditFact } from '../request/audit.js'
import { type CallOutcome, isCallOutcome } from '../request/call-outcome.js'
import { auditRefusal } from '../request/refusals.js'
import type { Admitted, CallInput, Validated } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { mayBecomeTask, runAsTask } from '../tasks/run-as-task.js'

/** authorize, validate, (resume round,) begin run, approve, execute, end run and audit. */
export async function callTool(runtime: Runtime, admitted: Admitted, input: CallInput): Promise<CallOutcome> {
  let tool = input.name
  try {
    const authorized = await authorizeTool(runtime, admitted, input)
    tool = authorized.tool.name
    const validated = await validateArguments(runtime, authorized)
    const resumed = await resume(runtime, validated)
    if (isCallOutcome(resumed)) return await askedAgain(runtime, validated, resumed)
    const begun = await beginRun(runtime, resumed)
    if (isCallOutcome(begun)) return begun
    return await withReconnectGrace(runtime, begun, async (patient) =>
      (await mayBecomeTask(patient)) ? runAsTask(runtime, patient) : completeRun(runtime, patient),
    )
  } catch (error) {
    throw await auditRefusal(runtime, admitted, { operation: 'tools/call', error, tool })
  }
}

/** Nothing ran, and there is no run of its own: the same questions went out once more. */
async function askedAgain(
  runtime: Runtime,
  validated: Validated,
  outcome: CallOutcome,
): Promise<CallOutcome> {
  await auditFact(runtime, validated, {
    type: 'run.joined',
    operation: 'tools/call',
    tool: validated.tool.name,
    runId: outcome.runId,
    argumentsDigest: validated.argumentsDigest,
    outcome: 'input_required',
  })
  return outcome
}
