/** The order of a tool call: authorize, validate, resume, begin, approve, execute, end. There is no other way to run a tool. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { approve } from '../approvals/approve.js'
import { type CallOutcome, isCallOutcome, type RunAnswer } from '../request/call-outcome.js'
import type { Approved, Begun, CallInput } from '../request/call-stages.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { askAgain, askClient, endFailed, settledAnswer } from './answers.js'
import { authorizeTool } from './authorize.js'
import { beginRun } from './begin-run.js'
import { endRun } from './end-run.js'
import { execute } from './execute.js'
import { recheck } from './recheck.js'
import { resume } from './resume.js'
import { validateArguments } from './validate.js'

/** The first half of a call, once for each call. The tool does not run in it. `authorizedAs` receives the tool that the caller named. */
export async function beginCall(
  runtime: Runtime,
  admitted: Admitted,
  input: CallInput,
  authorizedAs: (tool: ToolDefinition) => void,
): Promise<Begun | CallOutcome> {
  const authorized = await authorizeTool(runtime, admitted, input)
  authorizedAs(authorized.tool)
  const validated = await validateArguments(runtime, authorized)
  const resumed = await resume(runtime, validated)
  if (isCallOutcome(resumed)) return askAgain(runtime, validated, resumed)
  return beginRun(runtime, resumed)
}

/** The second half, once for each begun run, of a call or of a resumed task. In every case the end of the run and its approval is stored. */
export async function completeCall(runtime: Runtime, begun: Begun): Promise<RunAnswer> {
  let approved: Approved | null = null
  let waitsFor = begun.run.resumes
  try {
    const decided = await approve(runtime, begun, {
      recheck: (approver) => recheck(runtime, begun, approver),
      waitsFor: ({ id }) => {
        waitsFor = id
      },
    })
    if (isCallOutcome(decided)) return await endRun(runtime, begun, decided)
    approved = decided
    const result = await execute(runtime, approved)
    const answer = isAsk(result)
      ? await askClient(runtime, approved, result)
      : await settledAnswer(runtime, approved, result)
    return await endRun(runtime, begun, answer)
  } catch (error) {
    throw await endFailed(runtime, begun, { error, approved, waitsFor })
  }
}
