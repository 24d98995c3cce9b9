/** Follows one approval from wherever it stands to an answer: run it, replay it, report it, or say that it is pending. */

import type { Approval } from '../adapters/approvals.js'
import { AllvError } from '../errors.js'
import { callAdapter } from './adapter-call.js'
import { nextState } from './approval-changes.js'
import { auditFact } from './audit.js'
import type { Approved, Begun } from './context.js'
import { type Deadline, withDeadline } from './deadline.js'
import { type Answer, ended } from './outcome.js'
import type { Plane } from './plane.js'
import type { RoundPlace } from './rounds.js'

export interface Followed {
  readonly approval: Approval
  /** What this call is bound to; an approval of anything else is never used. */
  readonly binding: string
  readonly recheck: () => Promise<void>
}

const HEARTBEAT_MS = 10_000
/** Added to the tool's time limit before an unsettled execution counts as unknown. */
const LEASE_MARGIN_MS = 30_000

export async function followApproval(
  plane: Plane,
  begun: Begun,
  followed: Followed,
): Promise<Approved | Answer> {
  const signals = [begun.input.signal, begun.closing]
  const stopHeartbeat = followed.approval.state === 'pending' ? startHeartbeat(begun) : () => {}
  try {
    return await withDeadline({ ms: plane.config.approvalHoldMs, signals }, (hold) =>
      follow(plane, begun, followed, hold),
    )
  } finally {
    stopHeartbeat()
  }
}

/** A later round of a call that was approved in an earlier one: the approval is being executed by the run that consumed it. */
export async function continueApproved(
  plane: Plane,
  begun: Begun,
  { approvalId, consumedBy, binding }: RoundPlace & { readonly binding: string },
): Promise<Approved | Answer> {
  const { approvals } = plane.config.adapters
  const id = approvalId ?? ''
  const approval = await callAdapter(
    plane,
    begun.correlationId,
    async () => (await approvals.get({ id })) ?? null,
  )
  if (approval === null) throw new AllvError('REQUEST_STATE_INVALID')
  assertUsable(begun, binding, approval)
  if (approval.state === 'executing' && approval.runId === consumedBy)
    return { ...begun, approvalId, consumedBy }
  return answerOf(begun, approval) ?? stillWaiting(plane, begun, approval)
}

async function follow(
  plane: Plane,
  begun: Begun,
  followed: Followed,
  hold: Deadline,
): Promise<Approved | Answer> {
  let { approval } = followed
  for (;;) {
    assertUsable(begun, followed.binding, approval)
    const answer = answerOf(begun, approval)
    if (answer !== null) return answer
    // A call that was taken back leaves its approval for the next one.
    if (approval.state === 'approved' && !begun.input.signal.aborted) {
      const consumed = await consume(plane, begun, followed)
      if (consumed !== null) return consumed
    }
    if (hold.signal.aborted) return stillWaiting(plane, begun, approval)
    const next = await nextState(plane, begun.correlationId, approval, hold.signal)
    if (!next) return endedWith(begun, approval, ended(begun.runId, 'APPROVAL_EXPIRED'), false)
    approval = next
  }
}

/** The answer of an approval that is over, `null` while it can still move. */
function answerOf(begun: Begun, approval: Approval): Answer | null {
  const { runId } = begun
  switch (approval.state) {
    case 'pending':
    case 'approved':
    case 'executing':
      return null
    case 'denied':
      return endedWith(begun, approval, ended(runId, 'APPROVAL_DENIED', { reason: approval.reason }), false)
    case 'expired':
      return endedWith(begun, approval, ended(runId, 'APPROVAL_EXPIRED'), false)
    case 'unknown':
      return endedWith(begun, approval, ended(approval.runId ?? runId, 'OUTCOME_UNKNOWN'), true)
    case 'settled':
      return endedWith(begun, approval, approval.outcome ?? ended(runId, 'OUTCOME_UNKNOWN'), true)
  }
}

async function consume(
  plane: Plane,
  begun: Begun,
  { approval, binding, recheck }: Followed,
): Promise<Approved | null> {
  await recheck()
  const { adapters, toolTimeoutMs } = plane.config
  const leaseMs = (begun.tool.timeoutMs ?? toolTimeoutMs) + LEASE_MARGIN_MS
  const won = await callAdapter(plane, begun.correlationId, () =>
    adapters.approvals.consume({ id: approval.id, runId: begun.runId, leaseMs }),
  )
  if (!won) return null
  assertUsable(begun, binding, won)
  if (won.state !== 'executing' || won.runId !== begun.runId)
    throw new TypeError(
      'approvals.consume gave an approval that this run did not consume; nothing is run under it',
    )
  await auditFact(plane, begun, {
    type: 'approval.consumed',
    tool: begun.tool.name,
    runId: begun.runId,
    approvalId: won.id,
    argumentsDigest: begun.argumentsDigest,
    ...(won.decidedBy === null ? {} : { decidedBy: won.decidedBy }),
  })
  return { ...begun, approvalId: won.id, consumedBy: begun.runId }
}

async function stillWaiting(plane: Plane, begun: Begun, approval: Approval): Promise<Answer> {
  if (begun.input.signal.aborted) return endedWith(begun, approval, ended(begun.runId, 'CANCELLED'), false)
  return { kind: 'pending', runId: begun.runId, approval, url: await urlOf(plane, begun, approval) }
}

/** Only a web address is handed on, and a host that cannot give one loses nothing but the link. */
async function urlOf(plane: Plane, { correlationId }: Begun, approval: Approval): Promise<string | null> {
  const { approvals } = plane.config.adapters
  if (approvals.url === undefined) return null
  const url = await callAdapter(
    plane,
    correlationId,
    async () => (await approvals.url?.(approval)) ?? null,
  ).catch(() => null)
  return url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : null
}

function endedWith(
  begun: Begun,
  approval: Approval,
  outcome: ReturnType<typeof ended>,
  replayed: boolean,
): Answer {
  return { kind: 'ended', runId: begun.runId, approvalId: approval.id, outcome, replayed }
}

/**
 * A store that answers with somebody else's approval is broken; nothing may run under it, and nothing of it may be shown.
 * Four eyes: whoever asked cannot have decided. The store refuses that too; a decision that slipped through stops here, unused.
 */
function assertUsable({ context, tool }: Begun, binding: string, approval: Approval): void {
  const bound =
    approval.binding === binding &&
    approval.workspaceId === context.workspaceId &&
    approval.memberId === context.member.id &&
    approval.tool === tool.name
  if (!bound) throw new TypeError('the approvals adapter gave an approval that is not bound to this call')
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

/** Tells a client that asked for progress what the call waits for. Steps are tiny, so that the tool's own progress still grows from here. */
function startHeartbeat({ input }: Begun): () => void {
  let beats = 0
  const beat = () => {
    beats += 1
    input.progress({ progress: beats / 1e6, message: 'waiting for approval' })
  }
  beat()
  const timer = setInterval(beat, HEARTBEAT_MS)
  return () => clearInterval(timer)
}
