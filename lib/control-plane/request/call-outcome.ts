/** The outcomes of a call, independent of MCP and of the Agent API. */

import type { Approval } from '../../adapters/approvals.js'
import type { Ask } from '../../adapters/input-requests.js'
import type { Run, RunOutcome } from '../../adapters/runs.js'
import type { ToolResult } from '../../adapters/tools.js'
import { ERRORS, type ErrorCode } from '../../foundation/errors/catalogue.js'

/** How a call came out. */
export type CallOutcome =
  /** The call has ended. */
  | {
      readonly kind: 'ended'
      /** The run of this call; `outcome.runId` is the run that did the work. */
      readonly runId: string
      /** Id of the approval of the call; `null` for none. */
      readonly approvalId: string | null
      /** How the run ended. */
      readonly outcome: RunOutcome
      /** True: this call executed nothing, the outcome is that of an earlier one. */
      readonly replayed: boolean
      /** Set: this call stopped waiting. Other calls that wait for the same approval go on. */
      readonly abandoned?: true
    }
  /** The call waits for a decision, and the caller must repeat it. */
  | {
      readonly kind: 'pending'
      /** The run of this call. */
      readonly runId: string
      /** `pending`, or `executing` while another call executes it. */
      readonly approval: Approval
      /** The page where a person decides; `null` when the host names none. */
      readonly url: string | null
      /** `url`: the client itself shows that page. */
      readonly shown: 'result' | 'url'
    }
  /** The client must answer first, and then repeat the call with `requestState`. */
  | {
      readonly kind: 'input_required'
      /** The run of this call. */
      readonly runId: string
      /** Id of the approval of the call; `null` for none. */
      readonly approvalId: string | null
      /** The input requests. */
      readonly ask: Ask
      /** The sealed state that the client must send back. */
      readonly requestState: string
      /** Whether the requests stand for an approval or come from the tool. */
      readonly awaiting: 'decision' | 'input'
    }
  /** The caller received a task handle. The run continues, or waits. */
  | {
      readonly kind: 'task'
      /** The run, which is also the id of the task. */
      readonly runId: string
      /** The approval that it waits for; `null` for none. */
      readonly approval: Approval | null
      /** When the run began. */
      readonly startedAt: Date
    }
  /** The tool of a task asked its client, and resumes with the responses. */
  | {
      readonly kind: 'suspended'
      /** The run of this call. */
      readonly runId: string
      /** Id of the approval of the call; `null` for none. */
      readonly approvalId: string | null
      /** The sealed checkpoint from which the task is resumed. */
      readonly checkpoint: string
    }
  /** The run that has this call's idempotency key has not ended yet. */
  | { readonly kind: 'running'; readonly runId: string }

/** The outcome of a run that has begun. */
export type RunAnswer = Exclude<CallOutcome, { kind: 'running' }>

/** Distinguishes an outcome from a stage of a call. */
export function isCallOutcome<T extends object>(value: T): value is Extract<T, CallOutcome> {
  return 'kind' in value
}

/** The answer of a call that has ended. `replayed`: the outcome is that of an earlier run. */
export function endedAnswer(
  { id: runId }: Pick<Run, 'id'>,
  approvalId: string | null,
  outcome: RunOutcome,
  replayed = false,
): Extract<RunAnswer, { kind: 'ended' }> {
  return { kind: 'ended', runId, approvalId, outcome, replayed }
}

/** The outcome of a run whose tool succeeded. */
export function succeeded(runId: string, result: ToolResult): RunOutcome {
  return { status: 'succeeded', runId, endedAt: new Date(), errorCode: null, message: null, result }
}

const STATUS_OF = new Map<ErrorCode, RunOutcome['status']>([
  ['APPROVAL_DENIED', 'denied'],
  ['TOOL_TIMED_OUT', 'timed_out'],
  ['CANCELLED', 'cancelled'],
  ['OUTCOME_UNKNOWN', 'unknown'],
])

/** The outcome of a run without success. `reason`: a sentence of the host for the caller. */
export function ended(
  runId: string,
  code: ErrorCode,
  { reason, result }: { reason?: string | null; result?: ToolResult } = {},
): RunOutcome {
  const { message } = ERRORS[code]
  return {
    status: STATUS_OF.get(code) ?? 'failed',
    runId,
    endedAt: new Date(),
    errorCode: code,
    message: reason ? `${message}: ${reason}` : message,
    result: result ?? null,
  }
}

/** Marks the outcome of a call in which nothing ran, and which its caller may repeat. */
export function repeatable(outcome: RunOutcome): RunOutcome {
  return { ...outcome, repeatable: true }
}

/** The outcome of a tool that ran but gave an unusable answer. The message warns the caller, so that the work is not done twice. */
export function ranUnusably(runId: string): RunOutcome {
  return {
    ...ended(runId, 'TOOL_FAILED'),
    message:
      'the tool ran, but its answer could not be used; do not repeat the call before its effect has been checked',
  }
}
