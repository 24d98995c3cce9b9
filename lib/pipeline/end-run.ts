/** Step 10: what happened goes on record. It never refuses: the answer is already true, so a loss is told to `onError`. */

import type { RunEnd, RunOutcome } from '../adapters/runs.js'
import { callAdapter } from './adapter-call.js'
import { auditFact } from './audit.js'
import type { Approved, Begun } from './context.js'
import type { Answer } from './outcome.js'
import type { Plane } from './plane.js'

/** Keeps the outcome of an approved call, so that the same call repeated gets it. */
export async function settleApproval(plane: Plane, approved: Approved, outcome: RunOutcome): Promise<void> {
  const { approvalId: id, consumedBy: runId, correlationId } = approved
  if (id === null || runId === null) return
  const { approvals } = plane.config.adapters
  await callAdapter(plane, correlationId, () => approvals.settle({ id, runId, outcome })).catch(() => {})
}

export async function endRun(plane: Plane, begun: Begun, answer: Answer): Promise<void> {
  const approvalId = answer.kind === 'pending' ? answer.approval.id : answer.approvalId
  const outcome = answer.kind === 'ended' ? answer.outcome : null
  const status: RunEnd['status'] =
    outcome?.status ?? (answer.kind === 'pending' ? 'pending_approval' : 'input_required')
  const errorCode =
    outcome === null && answer.kind === 'pending' ? 'APPROVAL_PENDING' : (outcome?.errorCode ?? null)
  const end = { status, approvalId, errorCode, outcome }
  await Promise.all([
    storeEnd(plane, begun, begun.runId, end),
    storeFirstRound(plane, begun, end),
    auditFact(plane, begun, {
      type: 'run.ended',
      operation: 'tools/call',
      tool: begun.tool.name,
      runId: begun.runId,
      outcome: status,
      ...(approvalId === null ? {} : { approvalId }),
      ...(errorCode === null ? {} : { code: errorCode }),
    }),
  ])
}

type End = Omit<RunEnd, 'id' | 'workspaceId' | 'endedAt'>

/** The run that asked ends as its last round did: whoever repeats that call gets the outcome. */
async function storeFirstRound(plane: Plane, begun: Begun, end: End): Promise<void> {
  const first = begun.round?.place?.firstRunId
  if (first !== undefined && end.outcome !== null) await storeEnd(plane, begun, first, end)
}

async function storeEnd(
  plane: Plane,
  { context, correlationId }: Begun,
  id: string,
  end: End,
): Promise<void> {
  const { runs } = plane.config.adapters
  if (runs === undefined) return
  const { workspaceId } = context
  await callAdapter(plane, correlationId, () =>
    runs.end({ id, workspaceId, endedAt: new Date(), ...end }),
  ).catch(() => {})
}
