/** Follows one approval from wherever it stands to an answer: run it, replay it, report it, or tell the caller how to wait. */

import type { Approval } from '../../adapters/approvals.js'
import { type Deadline, withDeadline } from '../../foundation/async/deadline.js'
import { type Answer, ended } from '../request/call-outcome.js'
import type { Objection, Recheck } from '../request/objection.js'
import { mayComeBack } from '../request/reconnect.js'
import type { Approved, Begun } from '../request/stages.js'
import type { Plane } from '../runtime/runtime.js'
import { assertUsable, consume, objected, type Superseded } from './consume.js'
import { confirm, confirmWithinCall, type Reply, replyOf } from './member-decision.js'
import { present } from './pending-answer.js'
import { objectionTo } from './rule.js'
import { type Rung, rungOf } from './wait-method.js'
import { nextState } from './watch.js'

export interface Followed {
  readonly approval: Approval
  /** True: this very call asked for it, so nobody has told its caller yet. */
  readonly created: boolean
  /** True: the rule was asked just now, and wants this approval. */
  readonly wanted: boolean
  readonly recheck: Recheck
}

const HEARTBEAT_MS = 10_000

export async function followApproval(
  plane: Plane,
  begun: Begun,
  followed: Followed,
): Promise<Approved | Answer | Superseded> {
  assertUsable(begun, followed.approval)
  const reply = replyOf(begun, followed.approval)
  const object = () => objectionTo(plane, begun, followed.approval.approver)
  const confirmed = await confirm(plane, begun, { approval: followed.approval, reply, object })
  const { approval } = confirmed
  // A form for a member, while the rule gives it to an operator by now, would be shown for nothing.
  const isOpen = approval.state === 'pending' && !followed.wanted
  const objection = confirmed.objection ?? (isOpen ? await object() : null)
  if (objection !== null) return objected(plane, begun, approval, objection)
  const rung = await rungOf(plane, begun, approval)
  if (answersAtOnce(rung, approval, followed.created, reply)) return present(plane, begun, approval, rung)
  if (isDismissed(reply) && approval.state === 'pending')
    return present(plane, begun, approval, { kind: 'result', url: rung.url })
  return hold(plane, begun, { ...followed, approval }, rung)
}

/** Who can be shown something need not be held first; who came back from it is, and so is who asks again for what was shown. */
function answersAtOnce(rung: Rung, { state }: Approval, created: boolean, reply: Reply | null): boolean {
  switch (rung.kind) {
    case 'task':
      return true
    case 'form':
    case 'url':
      return state === 'pending' && reply === null
    case 'url-error':
      return state === 'pending' && created
    case 'form-within-call':
    case 'result':
      return false
  }
}

function isDismissed(reply: Reply | null): boolean {
  return reply !== null && reply.action !== 'accept'
}

async function hold(
  plane: Plane,
  begun: Begun,
  followed: Followed,
  rung: Rung,
): Promise<Approved | Answer | Superseded> {
  const { approval, recheck } = followed
  const waits = approval.state === 'pending'
  const stopHeartbeat = waits ? startHeartbeat(begun) : () => {}
  const form = new AbortController()
  let objection: (() => Objection) | null = null
  const end = (why: (() => Objection) | null) => {
    objection = why
    form.abort()
  }
  const signals = [begun.input.cancel.signal, begun.closing, form.signal]
  try {
    return await withDeadline({ ms: plane.config.approvalHoldMs, signals }, (until) => {
      const object = () => recheck(approval.approver)
      if (waits && rung.kind === 'form-within-call')
        void confirmWithinCall(plane, begun, { approval, object, signal: form.signal, end })
      return follow(plane, begun, followed, { rung, until, objection: () => objection?.() ?? null })
    })
  } finally {
    stopHeartbeat()
    form.abort()
  }
}

interface Holding {
  readonly rung: Rung
  readonly until: Deadline
  /** What the rule said when the member answered a form meanwhile. Throws when it could not be asked. */
  readonly objection: () => Objection | null
}

async function follow(
  plane: Plane,
  begun: Begun,
  followed: Followed,
  { rung, until, objection }: Holding,
): Promise<Approved | Answer | Superseded> {
  let { approval } = followed
  for (;;) {
    assertUsable(begun, approval)
    const answer = answerOf(begun, approval)
    if (answer !== null) return answer
    // A call that was taken back leaves its approval for the next one.
    if (approval.state === 'approved' && !begun.input.cancel.aborted) {
      const consumed = await consume(plane, begun, { ...followed, approval })
      if (consumed !== null) return consumed
    }
    const against = objection()
    if (against !== null) return objected(plane, begun, approval, against)
    if (until.signal.aborted) return stillWaiting(plane, begun, approval, rung)
    const next = await nextState(plane, begun.correlationId, approval, until.signal)
    if (!next) return endedWith(begun, approval, ended(begun.runId, 'APPROVAL_EXPIRED'), false)
    approval = next
  }
}

async function stillWaiting(plane: Plane, begun: Begun, approval: Approval, rung: Rung): Promise<Answer> {
  // Who may come back finds the call waiting.
  if (!begun.input.cancel.aborted || mayComeBack(begun)) return present(plane, begun, approval, rung)
  // A repeat of an earlier call is not that call: whoever else waits for it goes on waiting.
  if (begun.resumes !== null) return present(plane, begun, approval, { kind: 'result', url: null })
  return { ...endedWith(begun, approval, ended(begun.runId, 'CANCELLED'), false), gaveUp: true }
}

/** The answer of an approval that is over, `null` while it can still move. */
export function answerOf(begun: Pick<Begun, 'runId'>, approval: Approval): Answer | null {
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

function endedWith(
  { runId }: Pick<Begun, 'runId'>,
  approval: Approval,
  outcome: ReturnType<typeof ended>,
  replayed: boolean,
): Extract<Answer, { kind: 'ended' }> {
  return { kind: 'ended', runId, approvalId: approval.id, outcome, replayed }
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
