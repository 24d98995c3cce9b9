/** A task as its caller may see it, in the words of no wire. */

import type { Approval } from '../../adapters/approvals.js'
import type { InputRequest } from '../../adapters/input-requests.js'
import type { Run, RunOutcome } from '../../adapters/runs.js'
import { TASK_TTL_MS } from '../runtime/leases.js'

export interface TaskTimes {
  readonly taskId: string
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Milliseconds from creation; never shorter than it was said before. */
  readonly ttlMs: number
  /** The approval that it waits for, or waited for. */
  readonly approvalId: string | null
}

export type TaskView = TaskTimes &
  (
    | { readonly status: 'working'; readonly approval: Approval | null }
    | { readonly status: 'input_required'; readonly inputRequests: Readonly<Record<string, InputRequest>> }
    | { readonly status: 'over'; readonly outcome: RunOutcome }
  )

export function timesOf(
  run: Pick<Run, 'id' | 'startedAt'> & { readonly endedAt?: Date | null },
  approval: Approval | null,
): TaskTimes {
  const waitMs = approval === null ? 0 : Math.max(0, approval.expiresAt.getTime() - run.startedAt.getTime())
  return {
    taskId: run.id,
    createdAt: run.startedAt,
    updatedAt:
      approval?.settledAt ?? approval?.consumedAt ?? approval?.decidedAt ?? run.endedAt ?? run.startedAt,
    ttlMs: waitMs + TASK_TTL_MS,
    approvalId: approval?.id ?? null,
  }
}

export function workingView(run: Run, approval: Approval | null): TaskView {
  return { ...timesOf(run, approval), status: 'working', approval }
}

export function endedView(run: Run, approval: Approval | null, outcome: RunOutcome): TaskView {
  return {
    ...timesOf(run, approval),
    updatedAt: outcome.endedAt,
    status: 'over',
    outcome,
    approvalId: approval?.id ?? run.approvalId,
  }
}
