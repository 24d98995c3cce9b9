/** The result of `callTool` in the Agent API. After a run has begun, `callTool` resolves with one of these and does not reject. */

import type { Approval } from '../adapters/approvals.js'
import type { ToolResult } from '../adapters/tools.js'
import type { CallOutcome } from '../control-plane/request/call-outcome.js'
import type { ErrorCode } from '../foundation/errors/catalogue.js'

interface Ended {
  /** The run of this call. */
  readonly runId: string
  /** The approval of the call. `null`: it needed none. */
  readonly approvalId: string | null
  /** True: this call executed nothing; the outcome is that of the run `ranAs`. */
  readonly replayed: boolean
  /** The run that executed the call: `runId` itself, or an earlier run if `replayed`. */
  readonly ranAs: string
  /** When that run ended. */
  readonly endedAt: Date
}

interface Unsuccessful extends Ended {
  /** Why, for example `TOOL_FAILED`. `INTERNAL` in place of a stored code that this version does not know. */
  readonly code: ErrorCode
  /** One sentence for the caller. */
  readonly message: string
  /** The result of the tool. `null`: it gave none. */
  readonly result: ToolResult | null
}

/**
 * How a call ended, or what it waits for. `status` decides which fields there are.
 *
 * @example
 * const outcome = await agent.callTool('deals.close', { id: 'deal_1' })
 * switch (outcome.status) {
 *   case 'completed':
 *     log.info(outcome.result)
 *     break
 *   case 'pending_approval':
 *     log.info(outcome.url)
 *     break
 *   case 'running':
 *     log.info(outcome.runId)
 *     break
 *   default:
 *     log.error(outcome.code, outcome.message)
 * }
 */
export type AgentOutcome =
  | ({
      /** The tool ran without an error. */
      readonly status: 'completed'
      /** The result of the tool. */
      readonly result: ToolResult
    } & Ended)
  | ({
      /** `denied`: by a person or by the policy. `unknown`: the tool may have run, and its outcome is not known. */
      readonly status: 'failed' | 'denied' | 'timed_out' | 'cancelled' | 'unknown'
    } & Unsuccessful)
  | {
      /** The call waits for a decision, or another call executes it. Repeat the same call to get its outcome. */
      readonly status: 'pending_approval'
      /** The run of this call. */
      readonly runId: string
      /** The approval, with the time until which it can be decided. */
      readonly approval: Approval
      /** The page where it is decided. `null`: the host gives no URL. */
      readonly url: string | null
    }
  | {
      /** An earlier call with this idempotency key has not ended yet. */
      readonly status: 'running'
      /** The run of that call. */
      readonly runId: string
    }

/** The outcome for the caller of `callTool`. */
export function toAgentOutcome(call: CallOutcome): AgentOutcome {
  if (call.kind === 'running') return { status: 'running', runId: call.runId }
  if (call.kind === 'input_required' || call.kind === 'task' || call.kind === 'suspended')
    throw new TypeError('a call of the Agent API cannot end with an input request or a task')
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
