/**
 * The approve step of a tool call: gets a person's decision if the policy requires one. An approval is bound to the exact call. One run consumes
 * it; a repeat of the call gets the outcome of that run.
 */

import type { Approval } from '../../adapters/approvals.js'
import { NEVER_ASKS } from '../access/built-in-tools.js'
import { ended, endedAnswer, isCallOutcome, type RunAnswer, repeatable } from '../request/call-outcome.js'
import type { Approved, Begun } from '../request/call-stages.js'
import type { Recheck, Wanted } from '../request/objection.js'
import type { Runtime } from '../runtime/runtime.js'
import { bindingOf } from './binding.js'
import { assertUsable, isOfAnotherDefinition, type Superseded } from './consume.js'
import { continueApproved } from './continue-approved.js'
import { underGrant } from './grant.js'
import { type HeldApproval, holdForDecision } from './hold.js'
import { pointRunTo } from './mark-runs.js'
import { requestApproval } from './request.js'
import { evaluatePolicy } from './rule.js'
import { readApproval } from './watch.js'

/** What the approve step needs from the order of a call. */
export interface ApproveHooks {
  /** Runs the admission checks and the policy again, right before an approval is consumed. */
  readonly recheck: Recheck
  /** Called with each approval that this call starts to wait for. */
  readonly waitsFor: (approval: Approval) => void
}

/** Gives the call that may run, or the answer of a call that may not run, or not yet. */
export async function approve(
  runtime: Runtime,
  begun: Begun,
  hooks: ApproveHooks,
): Promise<Approved | RunAnswer> {
  if (begun.builtIn && NEVER_ASKS.has(begun.tool.name)) return allowed(begun, hooks)
  const { approvalId = null, consumedBy = null } = begun.round?.resumePoint ?? {}
  if (approvalId !== null && consumedBy !== null) {
    const { recheck } = hooks
    return continueApproved(runtime, begun, { approvalId, consumedBy, answered: answeredIn(begun), recheck })
  }
  const waitedFor = begun.run.resumes ?? approvalId
  if (waitedFor === null) return approveAnew(runtime, begun, hooks)
  const approval = await readApproval(runtime, begun.context.correlationId, waitedFor)
  if (approval === null) return approvalMissing(begun)
  assertUsable(begun, approval)
  if (!isOutdated(begun, approval))
    return waitForDecision(
      runtime,
      begun,
      { approval, created: false, wanted: false, recheck: hooks.recheck },
      hooks,
    )
  // A repeat with the idempotency key requests a new approval. A retry that carries answers cannot: its answers belong to the old definition.
  return begun.round === null
    ? approveAnew(runtime, begun, hooks)
    : refuse(begun, 'APPROVAL_EXPIRED', { approvalId: waitedFor })
}

/** Whether the tool's definition has changed since the approval was requested, and the approval has not been used. */
function isOutdated(begun: Begun, approval: Approval): boolean {
  const open = approval.state === 'pending' || approval.state === 'approved'
  return open && isOfAnotherDefinition(begun, approval)
}

async function approveAnew(
  runtime: Runtime,
  begun: Begun,
  hooks: ApproveHooks,
): Promise<Approved | RunAnswer> {
  const ruling = await evaluatePolicy(runtime, begun)
  switch (ruling.verdict) {
    case 'allow':
      // Repeats of one idempotency key may run only once. Without an approval nothing selects one of them, so this repeat ends, and the next
      // one begins a new run.
      return begun.run.resumes === null
        ? allowed(begun, hooks)
        : refuse(begun, 'APPROVAL_EXPIRED', { approvalId: begun.run.resumes })
    case 'deny':
      return refuse(begun, 'APPROVAL_DENIED', { approvalId: begun.run.resumes, reason: ruling.reason })
    case 'operator':
    case 'member': {
      const asked = await ask(runtime, begun, ruling, hooks)
      return isCallOutcome(asked) ? asked : waitForDecision(runtime, begun, asked, hooks)
    }
  }
}

/** How often the policy may require another approver during one call. */
const MOST_CHANGES = 4

/** Waits for an approval. If the policy then requires another approver, it requests that approval and waits for it. */
async function waitForDecision(
  runtime: Runtime,
  begun: Begun,
  first: HeldApproval,
  hooks: ApproveHooks,
): Promise<Approved | RunAnswer> {
  let awaited = first
  for (let changes = 0; changes < MOST_CHANGES; changes += 1) {
    hooks.waitsFor(awaited.approval)
    const answer = await holdForDecision(runtime, begun, awaited)
    if (!isSuperseded(answer)) return answer
    const asked = await ask(runtime, begun, answer.wanted, hooks)
    if (isCallOutcome(asked)) return asked
    awaited = asked
  }
  return refuse(begun, 'APPROVAL_EXPIRED', { approvalId: awaited.approval.id })
}

function isSuperseded(answer: Approved | RunAnswer | Superseded): answer is Superseded {
  return 'wanted' in answer
}

/** Requests the approval that the policy requires for this call. */
async function ask(
  runtime: Runtime,
  begun: Begun,
  wanted: Wanted,
  { recheck }: ApproveHooks,
): Promise<HeldApproval | RunAnswer> {
  const requested = await requestApproval(runtime, begun, wanted, bindingOf(begun, wanted.verdict))
  if (requested === null)
    return refuse(begun, 'TOO_MANY_PENDING_APPROVALS', { approvalId: begun.run.resumes })
  if (begun.run.resumes !== null && begun.run.resumes !== requested.approval.id)
    await pointRunTo(runtime, begun, requested.approval)
  return { ...requested, wanted: true, recheck }
}

function allowed(begun: Begun, { recheck }: ApproveHooks): Approved {
  const { admitted } = begun
  const grant = { approvalId: null, consumedBy: null }
  return underGrant(begun, grant, { answered: answeredIn(begun), recheck, admitted })
}

function answeredIn({ round }: Begun): Approved['answered'] {
  return round?.answered ?? { answers: null, state: null }
}

function refuse(
  { run }: Begun,
  code: 'APPROVAL_DENIED' | 'APPROVAL_EXPIRED' | 'TOO_MANY_PENDING_APPROVALS',
  { approvalId, reason = null }: { readonly approvalId: string | null; readonly reason?: string | null },
): RunAnswer {
  const outcome = ended(run.id, code, { reason })
  const answered = code === 'APPROVAL_DENIED' ? outcome : repeatable(outcome)
  return endedAnswer(run, approvalId, answered)
}

/** The store has no such approval any more. The call may have run under it, so a repeat must not begin a new run. */
function approvalMissing({ run }: Begun): RunAnswer {
  return endedAnswer(run, run.resumes, ended(run.id, 'APPROVAL_EXPIRED'))
}
