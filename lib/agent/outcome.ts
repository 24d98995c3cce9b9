/** What `callTool` of the Agent API answers: one of these, never a throw, once a run has begun. */

import type { Approval } from '../adapters/approvals.js'
import type { ToolResult } from '../adapters/tools.js'
import type { CallOutcome } from '../control-plane/request/call-outcome.js'
import type { ErrorCode } from '../foundation/errors/catalogue.js'

interface Ended {
  /** The run of this call. */
  readonly runId: string
  readonly approvalId: string | null
  /** True: nothing was executed by this call; it is the outcome of the run `ranAs`. */
  readonly replayed: boolean
  readonly ranAs: string
  readonly endedAt: Date
}

interface Unsuccessful extends Ended {
  /** Why, such as `TOOL_FAILED`. One that the store kept from another version and this version does not know is `INTERNAL`. */
  readonly code: ErrorCode
  /** One sentence for the caller. */
  readonly message: string
  /** What the tool answered, where it gave an answer. */
  readonly result: ToolResult | null
}

export type AgentOutcome =
  | ({ readonly status: 'completed'; readonly result: ToolResult } & Ended)
  | ({ readonly status: 'failed' | 'denied' | 'timed_out' | 'cancelled' | 'unknown' } & Unsuccessful)
  /** Waits for a decision, or is being carried out by another call; repeat the same call to get its outcome. */
  | {
      readonly status: 'pending_approval'
      readonly runId: string
      readonly approval: Approval
      /** Where it is decided, if the approvals adapter says so. */
      readonly url: string | null
    }
  /** The run with this idempotency key has not ended yet. */
  | { readonly status: 'running'; readonly runId: string }

export function toAgentOutcome(call: CallOutcome): AgentOutcome {
  if (call.kind === 'running') return { status: 'running', runId: call.runId }
  if (call.kind === 'input_required' || call.kind === 'task' || call.kind === 'suspended')
    throw new TypeError('a call of the Agent API is answered within itself')
  if (call.kind === 'pending')
    return { status: 'pending_approval', runId: call.runId, approval: call.approval, url: call.url }
  const { outcome, runId, approvalId, replayed } = call
  const ended = { runId, approvalId, replayed, ranAs: outcome.runId, endedAt: outcome.endedAt }
  const { status, result, errorCode, message } = outcome
  if (status === 'succeeded') return { status: 'completed', result: result ?? {}, ...ended }
  return {
    status,
    code: errorCode ?? 'TOOL_FAILED',
    message: message ?? 'the call did not succeed',
    result,
    ...ended,
  }
}
