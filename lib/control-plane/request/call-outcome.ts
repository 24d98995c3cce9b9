/** How a call came out, in the words of neither face. */

import type { Approval } from '../../adapters/approvals.js'
import type { Ask } from '../../adapters/input-requests.js'
import type { RunOutcome } from '../../adapters/runs.js'
import type { ToolResult } from '../../adapters/tools.js'
import { ERRORS, type ErrorCode } from '../../foundation/errors/catalogue.js'

export type CallOutcome =
  | {
      readonly kind: 'ended'
      /** The run of this call; `outcome.runId` is the run that did the work. */
      readonly runId: string
      readonly approvalId: string | null
      readonly outcome: RunOutcome
      /** True: nothing was executed by this call, the outcome is of an earlier one. */
      readonly replayed: boolean
      /** Set: this call gave up waiting, and nothing is decided for those that wait for the same. */
      readonly abandoned?: true
    }
  | {
      readonly kind: 'pending'
      readonly runId: string
      /** `pending`, or `executing` when another call is carrying it out. */
      readonly approval: Approval
      /** Where it is decided, if the host says so. */
      readonly url: string | null
      /** `url`: the client itself shows the address. */
      readonly shown: 'result' | 'url'
    }
  /** The client has to answer first; `requestState` brings the call back to here. */
  | {
      readonly kind: 'input_required'
      readonly runId: string
      readonly approvalId: string | null
      readonly ask: Ask
      readonly requestState: string
      readonly awaiting: 'decision' | 'input'
    }
  /** The caller was given a handle; the run goes on, or waits. */
  | {
      readonly kind: 'task'
      readonly runId: string
      /** What it waits for, if it waits for a decision. */
      readonly approval: Approval | null
      readonly startedAt: Date
    }
  /** The tool of a task asked its client; `checkpoint` brings the answers back to here. */
  | {
      readonly kind: 'suspended'
      readonly runId: string
      readonly approvalId: string | null
      readonly checkpoint: string
    }
  /** The run that has this call's idempotency key has not ended yet. */
  | { readonly kind: 'running'; readonly runId: string }

/** What a begun run comes to. */
export type RunAnswer = Exclude<CallOutcome, { kind: 'running' }>

export function isCallOutcome<T extends object>(value: T): value is Extract<T, CallOutcome> {
  return 'kind' in value
}

export function succeeded(runId: string, result: ToolResult): RunOutcome {
  return { status: 'succeeded', runId, endedAt: new Date(), errorCode: null, message: null, result }
}

const STATUS_OF = new Map<ErrorCode, RunOutcome['status']>([
  ['APPROVAL_DENIED', 'denied'],
  ['TOOL_TIMED_OUT', 'timed_out'],
  ['CANCELLED', 'cancelled'],
  ['OUTCOME_UNKNOWN', 'unknown'],
])

/** An end without success. `reason` is the host's own sentence for the caller. */
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

/** The end of a call of which nothing ran, and whose caller is told to repeat it. */
export function repeatable(outcome: RunOutcome): RunOutcome {
  return { ...outcome, repeatable: true }
}

/** The tool did its work, and its answer cannot be shown: a caller who took that for a failure would have the work done twice. */
export function ranUnusably(runId: string): RunOutcome {
  return {
    ...ended(runId, 'TOOL_FAILED'),
    message:
      'the tool ran, but its answer could not be used; do not repeat the call before its effect has been checked',
  }
}
