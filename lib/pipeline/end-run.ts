/** Step 10: what happened goes on record. It never refuses: the answer is already true, so a loss is told to `onError`. */

import type { RunOutcome } from '../adapters/runs.js'
import { callAdapter } from './adapter-call.js'
import { auditFact } from './audit.js'
import type { Approved, Begun } from './context.js'
import type { Answer } from './outcome.js'
import type { Plane } from './plane.js'

/** Keeps the outcome of an approved call, so that the same call repeated gets it. */
export async function settleApproval(plane: Plane, approved: Approved, outcome: RunOutcome): Promise<void> {
  const { approvalId: id, runId, correlationId } = approved
  if (id === null) return
  await callAdapter(plane, correlationId, () =>
    plane.config.adapters.approvals.settle({ id, runId, outcome }),
  ).catch(() => {})
}

export async function endRun(plane: Plane, begun: Begun, call: Answer): Promise<void> {
  const approvalId = call.kind === 'ended' ? call.approvalId : call.approval.id
  const outcome = call.kind === 'ended' ? call.outcome : null
  const status = outcome?.status ?? 'pending_approval'
  const code = outcome === null ? 'APPROVAL_PENDING' : outcome.errorCode
  await Promise.all([
    storeEnd(plane, begun, { status, approvalId, errorCode: code, outcome }),
    auditFact(plane, begun, {
      type: 'run.ended',
      operation: 'tools/call',
      tool: begun.tool.name,
      runId: begun.runId,
      outcome: status,
      ...(approvalId === null ? {} : { approvalId }),
      ...(code === null ? {} : { code }),
    }),
  ])
}

async function storeEnd(
  plane: Plane,
  { runId, context, correlationId }: Begun,
  end: {
    status: RunOutcome['status'] | 'pending_approval'
    approvalId: string | null
    errorCode: string | null
    outcome: RunOutcome | null
  },
): Promise<void> {
  const { runs } = plane.config.adapters
  if (runs === undefined) return
  await callAdapter(plane, correlationId, () =>
    runs.end({ id: runId, workspaceId: context.workspaceId, endedAt: new Date(), ...end }),
  ).catch(() => {})
}
