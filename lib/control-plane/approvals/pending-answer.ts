/** Tells a caller how to wait, in the best way that it knows. */

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

/** The key of the one question that this room ever asks. */
export const QUESTION_KEY = 'approval'

/** `null`: nothing but the answer of the call, of which the run tells. */
const CHANNELS = {
  task: 'task',
  form: 'form',
  'form-within-call': null,
  url: 'url',
  'url-error': 'url',
  result: null,
} as const satisfies Record<WaitMethod['kind'], string | null>

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
      return asks(runtime, begun, approval, { question: formFor(approval), state: 'form' })
    case 'url':
      return asks(runtime, begun, approval, { question: pageFor(approval, method.url), state: 'url' })
    case 'url-error':
      return { kind: 'pending', runId, approval, url: method.url, shown: 'url' }
    case 'form-within-call':
    case 'result':
      return { kind: 'pending', runId, approval, url: method.url, shown: 'result' }
  }
}

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

/** Offered only where `isShownWhole`: whoever reads it must see what they agree to. Enumerations, not titles: 2025-06-18 knows no others. MCP 2025-06-18, client/elicitation. */
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

async function asks(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
  { question, state }: { readonly question: InputRequest; readonly state: 'form' | 'url' },
): Promise<RunAnswer> {
  const { run, round } = begun
  const runId = run.id
  const ask = { kind: 'ask', inputRequests: { [QUESTION_KEY]: question }, state } as const
  const place = {
    firstRunId: round?.resumePoint?.firstRunId ?? runId,
    approvalId: approval.id,
    consumedBy: null,
  }
  const requestState = await sealRequestState(runtime, stateBinding(begun), ask, place)
  return { kind: 'input_required', runId, approvalId: approval.id, ask, requestState, awaiting: 'decision' }
}
