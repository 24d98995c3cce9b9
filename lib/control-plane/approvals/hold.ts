/** Follows one approval from wherever it stands to an answer: run it, replay it, report it, or tell the caller how to wait. */

import type { Approval } from '../../adapters/approvals.js'
import { type Deadline, withDeadline } from '../../foundation/async/deadline.js'
import { ended, type RunAnswer } from '../request/call-outcome.js'
import type { Approved, Begun, RunRef } from '../request/call-stages.js'
import type { Objection, Recheck } from '../request/objection.js'
import { mayReconnect } from '../request/reconnect.js'
import type { Runtime } from '../runtime/runtime.js'
import { assertUsable, consume, objected, type Superseded } from './consume.js'
import { confirm, confirmWithinCall, type MemberReply, replyOf } from './member-decision.js'
import { pendingAnswer } from './pending-answer.js'
import { objectionTo } from './rule.js'
import { chooseWaitMethod, type WaitMethod } from './wait-method.js'
import { nextState } from './watch.js'

export interface HeldApproval {
  readonly approval: Approval
  /** True: this very call asked for it, so nobody has told its caller yet. */
  readonly created: boolean
  /** True: the rule was asked just now, and wants this approval. */
  readonly wanted: boolean
  readonly recheck: Recheck
}

const HEARTBEAT_MS = 10_000

export async function holdForDecision(
  runtime: Runtime,
  begun: Begun,
  followed: HeldApproval,
): Promise<Approved | RunAnswer | Superseded> {
  assertUsable(begun, followed.approval)
  const reply = replyOf(begun, followed.approval)
  const object = () => objectionTo(runtime, begun, followed.approval.approver)
  const confirmed = await confirm(runtime, begun.context, { approval: followed.approval, reply, object })
  const { approval } = confirmed
  // A form for a member, while the rule gives it to an operator by now, would be shown for nothing.
  const isOpen = approval.state === 'pending' && !followed.wanted
  const objection = confirmed.objection ?? (isOpen ? await object() : null)
  if (objection !== null) return objected(runtime, begun, approval, objection)
  const method = await chooseWaitMethod(runtime, begun, approval)
  if (answersAtOnce(method, approval, followed.created, reply))
    return pendingAnswer(runtime, begun, approval, method)
  if (isDismissed(reply) && approval.state === 'pending')
    return pendingAnswer(runtime, begun, approval, { kind: 'result', url: method.url })
  return hold(runtime, begun, { ...followed, approval }, method)
}

/** Who can be shown something need not be held first; who came back from it is, and so is who asks again for what was shown. */
function answersAtOnce(
  method: WaitMethod,
  { state }: Approval,
  created: boolean,
  reply: MemberReply | null,
): boolean {
  switch (method.kind) {
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

function isDismissed(reply: MemberReply | null): boolean {
  return reply !== null && reply.action !== 'accept'
}

async function hold(
  runtime: Runtime,
  begun: Begun,
  followed: HeldApproval,
  method: WaitMethod,
): Promise<Approved | RunAnswer | Superseded> {
  const { approval, recheck } = followed
  const waits = approval.state === 'pending'
  const stopHeartbeat = waits ? startHeartbeat(begun) : () => {}
  const form = new AbortController()
  let objection: (() => Objection) | null = null
  const end = (why: (() => Objection) | null) => {
    objection = why
    form.abort()
  }
  const signals = [begun.input.cancel.signal, begun.admitted.received.closing, form.signal]
  try {
    return await withDeadline({ ms: runtime.config.approvalHoldMs, signals }, (until) => {
      const object = async () => (await recheck(approval.approver)).objection
      if (waits && method.kind === 'form-within-call')
        void confirmWithinCall(runtime, begun, { approval, object, signal: form.signal, end })
      return follow(runtime, begun, followed, { method, until, objection: () => objection?.() ?? null })
    })
  } finally {
    stopHeartbeat()
    form.abort()
  }
}

interface Holding {
  readonly method: WaitMethod
  readonly until: Deadline
  /** What the rule said when the member answered a form meanwhile. Throws when it could not be asked. */
  readonly objection: () => Objection | null
}

async function follow(
  runtime: Runtime,
  begun: Begun,
  followed: HeldApproval,
  { method, until, objection }: Holding,
): Promise<Approved | RunAnswer | Superseded> {
  let { approval } = followed
  for (;;) {
    assertUsable(begun, approval)
    const answer = answerOf(begun.run, approval)
    if (answer !== null) return answer
    // A call that was taken back leaves its approval for the next one.
    if (approval.state === 'approved' && !begun.input.cancel.aborted) {
      const consumed = await consume(runtime, begun, { ...followed, approval })
      if (consumed !== null) return consumed
    }
    const against = objection()
    if (against !== null) return objected(runtime, begun, approval, against)
    if (until.signal.aborted) return stillWaiting(runtime, begun, approval, method)
    const next = await nextState(runtime, begun.context.correlationId, approval, until.signal)
    if (!next) return endedWith(begun.run, approval, ended(begun.run.id, 'APPROVAL_EXPIRED'), false)
    approval = next
  }
}

async function stillWaiting(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
  method: WaitMethod,
): Promise<RunAnswer> {
  // Who may come back finds the call waiting.
  if (!begun.input.cancel.aborted || mayReconnect(begun))
    return pendingAnswer(runtime, begun, approval, method)
  // A repeat of an earlier call is not that call: whoever else waits for it goes on waiting.
  if (begun.run.resumes !== null)
    return pendingAnswer(runtime, begun, approval, { kind: 'result', url: null })
  return { ...endedWith(begun.run, approval, ended(begun.run.id, 'CANCELLED'), false), abandoned: true }
}

/** The answer of an approval that is over, `null` while it can still move. */
export function answerOf(run: Pick<RunRef, 'id'>, approval: Approval): RunAnswer | null {
  const { id: runId } = run
  switch (approval.state) {
    case 'pending':
    case 'approved':
    case 'executing':
      return null
    case 'denied':
      return endedWith(run, approval, ended(runId, 'APPROVAL_DENIED', { reason: approval.reason }), false)
    case 'expired':
      return endedWith(run, approval, ended(runId, 'APPROVAL_EXPIRED'), false)
    case 'unknown':
      return endedWith(run, approval, ended(approval.runId ?? runId, 'OUTCOME_UNKNOWN'), true)
    case 'settled':
      return endedWith(run, approval, approval.outcome ?? ended(runId, 'OUTCOME_UNKNOWN'), true)
  }
}

function endedWith(
  { id: runId }: Pick<RunRef, 'id'>,
  approval: Approval,
  outcome: ReturnType<typeof ended>,
  replayed: boolean,
): Extract<RunAnswer, { kind: 'ended' }> {
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
