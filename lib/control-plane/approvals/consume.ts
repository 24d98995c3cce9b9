/** Takes an approval for one execution: one winner, ever, and only for the call that it is bound to. */

import type { Approval } from '../../adapters/approvals.js'
import { auditFact } from '../request/audit.js'
import type { RunAnswer } from '../request/call-outcome.js'
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

export type Superseded = Extract<Objection, { verdict: 'superseded' }>

export interface Consumable {
  readonly approval: Approval
  readonly recheck: Recheck
}

/**
 * The approved call; `null` when somebody else was faster; how it ended, when it was taken back before, or when the rule of now is against
 * it. Every way of waiting for an approval comes through here: permission and the rule are asked again first.
 */
export async function consume(
  runtime: Runtime,
  begun: Begun,
  { approval, recheck }: Consumable,
): Promise<Approved | RunAnswer | Superseded | null> {
  const { objection, admitted } = await recheck(approval.approver)
  if (objection !== null) return objected(runtime, begun, approval, objection)
  const over = await markRunsStarted(runtime, begun, approval)
  if (over?.outcome)
    return {
      kind: 'ended',
      runId: begun.run.id,
      approvalId: approval.id,
      outcome: over.outcome,
      replayed: true,
    }
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
  // Answers of a round that waited for the decision are no answers to the tool.
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

/** Gives an execution that goes on (or waits for its caller for `waitMs`) its time anew. A store that cannot has one lease for all of it. */
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

/** What the rule denies by now may have begun just before, for another caller: then that is what this one is told. */
export async function objected(
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
 * A store that answers with somebody else's approval is broken; nothing may run under it, and nothing of it may be shown. One that was given
 * for an earlier definition of the tool is no fault of the store: it is the caller's, and nothing runs under it.
 * Four eyes: whoever asked cannot have decided. The store refuses that too; a decision that slipped through stops here, unused.
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

/** Whether the tool has changed since its call was approved, or shown to whoever approves it. */
export function isOfAnotherDefinition({ tool }: Pick<Begun, 'tool'>, approval: Approval): boolean {
  return approval.definitionDigest !== definitionDigest(tool)
}
