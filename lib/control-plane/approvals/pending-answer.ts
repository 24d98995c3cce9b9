/** Answers a call that waits for a decision: tells its client how to wait, with the best method that the client supports. */

import type { Approval } from '../../adapters/approvals.js'
import type { InputRequest } from '../../adapters/input-requests.js'
import { sealRequestState } from '../input/request-state.js'
import { auditFact } from '../request/audit.js'
import type { RunAnswer } from '../request/call-outcome.js'
import type { Begun } from '../request/call-stages.js'
import { stateBinding } from '../request/state-binding.js'
import type { Runtime } from '../runtime/runtime.js'
import { describeCut } from './describe.js'
import type { WaitMethod } from './wait-method.js'

/** The key of the input request for a decision. */
export const QUESTION_KEY = 'approval'

/** The `channel` of the audit event. `null`: no event, because the end of the run records the answer. */
const CHANNELS = {
  task: 'task',
  form: 'form',
  'form-within-call': null,
  url: 'url',
  'url-error': 'url',
  result: null,
} as const satisfies Record<WaitMethod['kind'], string | null>

/** The answer for the wait method. Records `approval.presented` if the client shows something. */
export async function pendingAnswer(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
  method: WaitMethod,
): Promise<RunAnswer> {
  const channel = CHANNELS[method.kind]
  if (channel !== null) await recordPresented(runtime, begun, approval, channel)
  const { id: runId, startedAt } = begun.run
  switch (method.kind) {
    case 'task':
      return { kind: 'task', runId, approval, startedAt }
    case 'form':
      return inputRequired(runtime, begun, approval, { question: formFor(approval), state: 'form' })
    case 'url':
      return inputRequired(runtime, begun, approval, {
        question: pageFor(approval, method.url),
        state: 'url',
      })
    case 'url-error':
      return { kind: 'pending', runId, approval, url: method.url, shown: 'url' }
    case 'form-within-call':
    case 'result':
      return { kind: 'pending', runId, approval, url: method.url, shown: 'result' }
  }
}

/** Writes the audit event `approval.presented`. */
export function recordPresented(
  runtime: Runtime,
  begun: Begun,
  { id: approvalId }: Approval,
  channel: string,
): Promise<void> {
  const { run, tool } = begun
  return auditFact(runtime, begun.admitted, {
    type: 'approval.presented',
    tool: tool.name,
    runId: run.id,
    approvalId,
    channel,
  })
}

/**
 * The form for a member's decision. Use it only if `isShownWhole`, so that members see all that they agree to. It has a plain `enum`, because MCP
 * 2025-06-18 (client/elicitation) has no enum with titles.
 */
export function formFor(approval: Approval): InputRequest {
  return {
    method: 'elicitation/create',
    params: {
      mode: 'form',
      message: describeCut(approval),
      requestedSchema: {
        type: 'object',
        properties: { decision: { type: 'string', title: 'Decision', enum: ['approve', 'deny'] } },
        required: ['decision'],
      },
    },
  }
}

function pageFor(approval: Approval, url: string): InputRequest {
  const message = `${describeCut(approval)} It is decided at this address; accept to go on waiting.`
  return { method: 'elicitation/create', params: { mode: 'url', message, url } }
}

async function inputRequired(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
  { question, state }: { readonly question: InputRequest; readonly state: 'form' | 'url' },
): Promise<RunAnswer> {
  const { run, round } = begun
  const runId = run.id
  const ask = { kind: 'ask', inputRequests: { [QUESTION_KEY]: question }, state } as const
  const resumePoint = {
    firstRunId: round?.resumePoint?.firstRunId ?? runId,
    approvalId: approval.id,
    consumedBy: null,
  }
  const requestState = await sealRequestState(runtime, stateBinding(begun), ask, resumePoint)
  return { kind: 'input_required', runId, approvalId: approval.id, ask, requestState, awaiting: 'decision' }
}
