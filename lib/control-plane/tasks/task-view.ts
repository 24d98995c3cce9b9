/** A task as its caller may see it, independent of the protocol version. */

import type { Approval } from '../../adapters/approvals.js'
import type { InputRequest } from '../../adapters/input-requests.js'
import type { Run, RunOutcome } from '../../adapters/runs.js'
import { TASK_TTL_MS } from '../runtime/leases.js'

/** What a task shows in every status. */
export interface TaskTimes {
  /** The id of its run. */
  readonly taskId: string
  /** When the call began. */
  readonly createdAt: Date
  /** When the task last changed, as far as the stores record it. */
  readonly updatedAt: Date
  /** Milliseconds from creation; never less than an earlier answer said. */
  readonly ttlMs: number
  /** The approval that it waits or waited for. `null`: none. */
  readonly approvalId: string | null
}

/** A task: its status and what belongs to the status. `over`: it has ended. */
export type TaskView = TaskTimes &
  (
    | { readonly status: 'working'; readonly approval: Approval | null }
    | { readonly status: 'input_required'; readonly inputRequests: Readonly<Record<string, InputRequest>> }
    | { readonly status: 'over'; readonly outcome: RunOutcome }
  )

/** The common part, from the run and its approval. */
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

/** A task that runs, or that waits for a decision which this client cannot make. */
export function workingView(run: Run, approval: Approval | null): TaskView {
  return { ...timesOf(run, approval), status: 'working', approval }
}

/** A task that has ended. */
export function endedView(run: Run, approval: Approval | null, outcome: RunOutcome): TaskView {
  return {
    ...timesOf(run, approval),
    updatedAt: outcome.endedAt,
    status: 'over',
    outcome,
    approvalId: approval?.id ?? run.approvalId,
  }
}
