/** Holds a call until its approval is decided, or until it must be answered: with a replay, a refusal, or how the caller can wait. */

import type { Approval } from '../../adapters/approvals.js'
import { type Deadline, withDeadline } from '../../foundation/async/deadline.js'
import { ended, endedAnswer, type RunAnswer } from '../request/call-outcome.js'
import type { Approved, Begun, RunRef } from '../request/call-stages.js'
import type { Objection, Recheck } from '../request/objection.js'
import { mayReconnect } from '../request/reconnect.js'
import type { Runtime } from '../runtime/runtime.js'
import { answerObjection, assertUsable, consume, type Superseded } from './consume.js'
import { confirm, confirmWithinCall, type MemberReply, replyOf } from './member-decision.js'
import { pendingAnswer } from './pending-answer.js'
import { objectionTo } from './rule.js'
import { chooseWaitMethod, type WaitMethod } from './wait-method.js'
import { nextState } from './watch.js'

/** The approval that a call waits for. */
export interface HeldApproval {
  /** The approval as it was last read. */
  readonly approval: Approval
  /** True: this call requested it, so its caller has not been told about it. */
  readonly created: boolean
  /** True: the policy has just required this approval, so it need not be asked again yet. */
  readonly wanted: boolean
  /** Runs the admission checks and the policy again. */
  readonly recheck: Recheck
}

const HEARTBEAT_MS = 10_000

/**
 * Gives the approved call, or the answer of this request. `Superseded`: the policy now requires another approver. The longest wait is the option
 * `approvalHoldMs`.
 */
export async function holdForDecision(
  runtime: Runtime,
  begun: Begun,
  awaited: HeldApproval,
): Promise<Approved | RunAnswer | Superseded> {
  assertUsable(begun, awaited.approval)
  const reply = replyOf(begun, awaited.approval)
  const object = () => objectionTo(runtime, begun, awaited.approval.approver)
  const confirmed = await confirm(runtime, begun.context, { approval: awaited.approval, reply, object })
  const { approval } = confirmed
  // The policy may require another approver by now. Then a form for this one must not be shown.
  const isOpen = approval.state === 'pending' && !awaited.wanted
  const objection = confirmed.objection ?? (isOpen ? await object() : null)
  if (objection !== null) return answerObjection(runtime, begun, approval, objection)
  const method = await chooseWaitMethod(runtime, begun, approval)
  if (answersAtOnce(method, approval, awaited.created, reply))
    return pendingAnswer(runtime, begun, approval, method)
  if (isDismissed(reply) && approval.state === 'pending')
    return pendingAnswer(runtime, begun, approval, { kind: 'result', url: method.url })
  return hold(runtime, begun, { ...awaited, approval }, method)
}

/**
 * Whether the call is answered without a hold. A client that can show a form or a URL gets it at once. The call is held after the client has
 * answered, and when a caller repeats a call whose URL it was shown before.
 */
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
  awaited: HeldApproval,
  method: WaitMethod,
): Promise<Approved | RunAnswer | Superseded> {
  const { approval, recheck } = awaited
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
      return waitForDecision(runtime, begun, awaited, {
        method,
        until,
        objection: () => objection?.() ?? null,
      })
    })
  } finally {
    stopHeartbeat()
    form.abort()
  }
}

interface HoldState {
  readonly method: WaitMethod
  readonly until: Deadline
  /** The policy's objection when the member answered a form during the hold. Throws if the policy could not be asked. */
  readonly objection: () => Objection | null
}

async function waitForDecision(
  runtime: Runtime,
  begun: Begun,
  awaited: HeldApproval,
  { method, until, objection }: HoldState,
): Promise<Approved | RunAnswer | Superseded> {
  let { approval } = awaited
  for (;;) {
    assertUsable(begun, approval)
    const answer = answerOf(begun.run, approval)
    if (answer !== null) return answer
    // A cancelled call leaves the approval for the next call.
    if (approval.state === 'approved' && !begun.input.cancel.aborted) {
      const consumed = await consume(runtime, begun, { ...awaited, approval })
      if (consumed !== null) return consumed
    }
    const against = objection()
    if (against !== null) return answerObjection(runtime, begun, approval, against)
    if (until.signal.aborted) return stillWaiting(runtime, begun, approval, method)
    const next = await nextState(runtime, begun.context.correlationId, approval, until.signal)
    if (!next) return endedAnswer(begun.run, approval.id, ended(begun.run.id, 'APPROVAL_EXPIRED'))
    approval = next
  }
}

async function stillWaiting(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
  method: WaitMethod,
): Promise<RunAnswer> {
  // A caller that may reconnect finds the call waiting.
  if (!begun.input.cancel.aborted || mayReconnect(begun))
    return pendingAnswer(runtime, begun, approval, method)
  // This call repeats an earlier one. Other calls that wait for the same run continue to wait.
  if (begun.run.resumes !== null)
    return pendingAnswer(runtime, begun, approval, { kind: 'result', url: null })
  return { ...endedAnswer(begun.run, approval.id, ended(begun.run.id, 'CANCELLED')), abandoned: true }
}

/** The answer of an approval in a final state; `null` while its state can still change. */
export function answerOf(run: Pick<RunRef, 'id'>, approval: Approval): RunAnswer | null {
  const { id: runId } = run
  switch (approval.state) {
    case 'pending':
    case 'approved':
    case 'executing':
      return null
    case 'denied':
      return endedAnswer(run, approval.id, ended(runId, 'APPROVAL_DENIED', { reason: approval.reason }))
    case 'expired':
      return endedAnswer(run, approval.id, ended(runId, 'APPROVAL_EXPIRED'))
    case 'unknown':
      return endedAnswer(run, approval.id, ended(approval.runId ?? runId, 'OUTCOME_UNKNOWN'), true)
    case 'settled':
      return endedAnswer(run, approval.id, approval.outcome ?? ended(runId, 'OUTCOME_UNKNOWN'), true)
  }
}

/** Sends progress while a call is held. The steps are tiny, because progress must increase and the tool's own progress comes after it. */
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
