/** Consumes an approval for one execution. One run can do so, once, and only for the call that the approval is bound to. */

import type { Approval } from '../../adapters/approvals.js'
import { auditFact } from '../request/audit.js'
import { endedAnswer, type RunAnswer } from '../request/call-outcome.js'
import type { Approved, Begun } from '../request/call-stages.js'
import type { Objection, Recheck } from '../request/objection.js'
import { callAdapter } from '../runtime/adapter-call.js'
import { executionLeaseMs } from '../runtime/leases.js'
import type { Runtime } from '../runtime/runtime.js'
import { type BoundCall, bindingOf, definitionDigest } from './binding.js'
import { underGrant } from './grant.js'
import { endSharedRuns, markRunsStarted } from './mark-runs.js'
import { pendingAnswer } from './pending-answer.js'
import { deniedBy } from './rule.js'
import { approvalStore } from './store.js'
import { publishApprovalChanged, readApproval } from './watch.js'

/** The objection that another approver must decide. */
export type Superseded = Extract<Objection, { verdict: 'superseded' }>

/** An approval that a call waits for. */
export interface Consumable {
  /** The approval as it was last read. */
  readonly approval: Approval
  /** Runs the admission checks and the policy again. */
  readonly recheck: Recheck
}

/**
 * Gives the approved call. `null`: another run consumed the approval first. Gives the answer if the run has ended before, and the objection if
 * the policy now has one. Every wait for an approval ends here, so the admission checks and the policy always run again first.
 */
export async function consume(
  runtime: Runtime,
  begun: Begun,
  { approval, recheck }: Consumable,
): Promise<Approved | RunAnswer | Superseded | null> {
  const { objection, admitted } = await recheck(approval.approver)
  if (objection !== null) return answerObjection(runtime, begun, approval, objection)
  const over = await markRunsStarted(runtime, begun, approval)
  if (over?.outcome) return endedAnswer(begun.run, approval.id, over.outcome, true)
  const won = await take(runtime, begun, approval)
  if (won === null) return null
  await auditFact(runtime, begun.admitted, {
    type: 'approval.consumed',
    tool: begun.tool.name,
    runId: begun.run.id,
    approvalId: won.id,
    argumentsDigest: begun.argumentsDigest,
    ...(won.decidedBy === null ? {} : { decidedBy: won.decidedBy }),
  })
  await publishApprovalChanged(runtime, begun.context.correlationId, won)
  // Answers to the question about the decision are not for the tool.
  const grant = { approvalId: won.id, consumedBy: begun.run.id }
  return underGrant(begun, grant, { answered: { answers: null, state: null }, recheck, admitted })
}

async function take(runtime: Runtime, begun: Begun, { id }: Approval): Promise<Approval | null> {
  const approvals = approvalStore(runtime)
  const { run, tool } = begun
  const runId = run.id
  const leaseMs = executionLeaseMs(runtime, tool)
  const won = await callAdapter(runtime, begun.context.correlationId, () =>
    approvals.consume({ id, runId, leaseMs }),
  )
  if (!won) return null
  assertUsable(begun, won)
  if (isOfAnotherDefinition(begun, won)) throw new TypeError(NOT_BOUND)
  if (won.state !== 'executing' || won.runId !== runId)
    throw new TypeError(
      'approvals.consume gave an approval that this run did not consume; nothing is run under it',
    )
  return won
}

/**
 * Renews the lease of an execution that continues, or that waits `waitMs` milliseconds for its client. A store without `extend` has one lease
 * for the whole execution.
 */
export async function extendExecution(
  runtime: Runtime,
  { context, tool, grant }: Pick<Approved, 'context' | 'tool' | 'grant'>,
  waitMs = 0,
): Promise<void> {
  const { approvals } = runtime.config.adapters
  const { approvalId: id, consumedBy: runId } = grant
  if (id === null || runId === null || approvals?.extend === undefined) return
  const leaseMs = waitMs + executionLeaseMs(runtime, tool)
  await callAdapter(
    runtime,
    context.correlationId,
    async () => await approvals.extend?.({ id, runId, leaseMs }),
  ).catch(() => {})
}

/** The answer of a call that the policy now objects to. If another call of the same run has begun to execute, its answer is given instead. */
export async function answerObjection(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
  objection: Objection,
): Promise<RunAnswer | Superseded> {
  if (objection.verdict !== 'deny') return objection
  const denied = deniedBy(begun.run, approval, objection)
  const other = await endSharedRuns(runtime, begun, approval, denied.outcome)
  if (other === null) return denied
  if (other.outcome !== null) return { ...denied, outcome: other.outcome, replayed: true }
  const current = (await readApproval(runtime, begun.context.correlationId, approval.id)) ?? approval
  return pendingAnswer(runtime, begun, current, { kind: 'result', url: null })
}

const NOT_BOUND = 'the approvals adapter gave an approval that is not bound to this call'

/**
 * Throws a TypeError if the store gave an approval of another call: nothing runs under it, and nothing of it is shown. An approval for an earlier
 * definition of the tool passes, because it does belong to the caller; callers of this function check `isOfAnotherDefinition`.
 * Four-eyes rule: also throws if the requester decided an operator approval. Stores refuse such a decision too; this is the second check.
 */
export function assertUsable(begun: BoundCall, approval: Approval): void {
  const { context, tool, argumentsDigest } = begun
  const own =
    approval.workspaceId === context.workspaceId &&
    approval.memberId === context.member.id &&
    approval.tool === tool.name &&
    approval.argumentsDigest === argumentsDigest
  const bound =
    isOfAnotherDefinition(begun, approval) || approval.binding === bindingOf(begun, approval.approver)
  if (!own || !bound) throw new TypeError(NOT_BOUND)
  const decided = approval.state === 'approved' || approval.state === 'executing'
  if (
    decided &&
    approval.approver === 'operator' &&
    (!approval.decidedBy || approval.decidedBy === context.member.id)
  ) {
    throw new TypeError(
      'an operator approval was decided by nobody or by its requester; nothing is run under it',
    )
  }
}

/** Whether the tool's definition has changed since the approval was requested. */
export function isOfAnotherDefinition({ tool }: Pick<Begun, 'tool'>, approval: Approval): boolean {
  return approval.definitionDigest !== definitionDigest(tool)
}
