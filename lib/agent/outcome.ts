/** What `callTool` of the Agent API answers: one of these, never a throw, once a run has begun. */

import type { Approval } from '../adapters/approvals.js'
import type { ToolResult } from '../adapters/tools.js'
import type { CallOutcome } from '../control-plane/request/call-outcome.js'
import type { ErrorCode } from '../foundation/errors/catalogue.js'

interface Ended {
  /** The run of this call. */
  readonly runId: string
  /** The approval under which it ran. `null`: it needed none. */
  readonly approvalId: string | null
  /** True: nothing was executed by this call; it is the outcome of the run `ranAs`. */
  readonly replayed: boolean
  /** The run that executed the call: `runId` itself, or an earlier run if `replayed`. */
  readonly ranAs: string
  /** When that run ended. */
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

/** How a call ended, or what it waits for. `status` tells which members there are. */
export type AgentOutcome =
  | ({
      /** The tool ran and answered, without an error. */
      readonly status: 'completed'
      /** What it answered. */
      readonly result: ToolResult
    } & Ended)
  | ({
      /** `denied`: by a person or by the rule. `unknown`: the tool may have run, and nobody can say how it ended. */
      readonly status: 'failed' | 'denied' | 'timed_out' | 'cancelled' | 'unknown'
    } & Unsuccessful)
  | {
      /** The call waits for a decision, or another call executes it. Repeat the same call to get its outcome. */
      readonly status: 'pending_approval'
      /** The run of this call. */
      readonly runId: string
      /** What was asked for, and until when it can be decided. */
      readonly approval: Approval
      /** Where it is decided. `null`: the host gives no address. */
      readonly url: string | null
    }
  | {
      /** The run with this idempotency key has not ended yet. */
      readonly status: 'running'
      /** That run. */
      readonly runId: string
    }

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
