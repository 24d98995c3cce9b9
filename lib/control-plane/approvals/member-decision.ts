/** The member's own decision, given in their client. It counts only where the host asks for nobody else's, by the rule of that moment. */

import type { Approval } from '../../adapters/approvals.js'
import type { InputResponse } from '../../adapters/input-requests.js'
import type { MemberContext } from '../../adapters/principal.js'
import { isRecord } from '../../foundation/json/guards.js'
import { waitsForDecision } from '../input/request-state.js'
import { validInputResponsesOrNull } from '../input/validate-responses.js'
import type { Begun } from '../request/call-stages.js'
import type { Objection } from '../request/objection.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { formFor, QUESTION_KEY, recordPresented } from './pending-answer.js'
import { mayConfirm } from './wait-method.js'
import { publishApprovalChanged, readApproval } from './watch.js'

export interface MemberReply {
  readonly action: string
  /** `null`: nothing was decided, as when a page was shown. */
  readonly decision: 'approve' | 'deny' | null
}

/** What the client answered in the round before, where that round asked for a decision on this very approval. */
export function replyOf({ round }: Pick<Begun, 'round'>, { id }: Pick<Approval, 'id'>): MemberReply | null {
  if (round === null || round.resumePoint === null || !waitsForDecision(round.resumePoint)) return null
  if (round.resumePoint.approvalId !== id) return null
  const answer = round.answered.answers?.[QUESTION_KEY]
  if (answer === undefined) return null
  // Whoever declines to open a page has denied nothing: only a form decides.
  return round.answered.state === 'form' ? toReply(answer) : { ...toReply(answer), decision: null }
}

/** MCP 2026-07-28, client/elicitation, Response Actions: declining a form is a no, closing it is no answer. */
export function toReply({ action, content }: InputResponse): MemberReply {
  const chosen = isRecord(content) ? content['decision'] : undefined
  const accepted = action === 'accept' && (chosen === 'approve' || chosen === 'deny') ? chosen : null
  return { action: String(action), decision: action === 'decline' ? 'deny' : accepted }
}

export interface Confirmation {
  readonly approval: Approval
  readonly reply: MemberReply | null
  /** Asks the rule of now. */
  readonly object: () => Promise<Objection | null>
}

export interface Confirmed {
  /** As it is after the reply. */
  readonly approval: Approval
  /** Set: nothing was decided, the rule of now is against it. */
  readonly objection: Objection | null
}

/** Takes the member's reply. A yes asks the rule first: what it gives to an operator by now is not the member's to decide. */
export async function confirm(
  runtime: Runtime,
  { correlationId, member }: MemberContext,
  { approval, reply, object }: Confirmation,
): Promise<Confirmed> {
  const { approvals } = runtime.config.adapters
  const decision = reply?.decision ?? null
  if (decision === null || !mayConfirm(runtime, approval)) return { approval, objection: null }
  const objection = decision === 'approve' ? await object() : null
  if (objection !== null) return { approval, objection }
  const { id } = approval
  await callAdapter(
    runtime,
    correlationId,
    async () => await approvals?.decide?.({ id, decision, decidedBy: member.id, channel: 'elicitation' }),
  )
  await publishApprovalChanged(runtime, correlationId, approval)
  return { approval: (await readApproval(runtime, correlationId, id)) ?? approval, objection: null }
}

/** A held call that shows a form meanwhile. */
export interface FormHold extends Pick<Confirmation, 'approval' | 'object'> {
  /** Aborts when the call is not held any more. */
  readonly signal: AbortSignal
  /** Ends the hold: `null` when the member closed the question, else with what the rule of now says, or why it could not be asked. */
  readonly end: (why: (() => Objection) | null) => void
}

/** Asks on the call's own stream while it is held. Never rejects. */
export async function confirmWithinCall(
  runtime: Runtime,
  begun: Begun,
  { approval, object, signal, end }: FormHold,
): Promise<void> {
  const reply = await replyWithinCall(runtime, begun, approval, signal)
  if (reply === null) return
  if (reply.decision === null) return end(null)
  try {
    const { objection } = await confirm(runtime, begun.context, { approval, reply, object })
    if (objection !== null) end(() => objection)
  } catch (cause) {
    end(() => {
      throw cause
    })
  }
}

/** `null`: no answer. A client that declared the ability and never answers is held as long as any other, and no longer. */
async function replyWithinCall(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
  signal: AbortSignal,
): Promise<MemberReply | null> {
  const { request: put } = begun.input.inputChannel
  if (put === undefined) return null
  try {
    await recordPresented(runtime, begun, approval, 'form')
    const requests = { [QUESTION_KEY]: formFor(approval) }
    const given = await put(requests, signal)
    const answer =
      given === null ? undefined : validInputResponsesOrNull(runtime, requests, given)?.[QUESTION_KEY]
    return answer === undefined || signal.aborted ? null : toReply(answer)
  } catch (cause) {
    runtime.config.onError(cause, { correlationId: begun.context.correlationId, code: 'INPUT_NOT_GIVEN' })
    return null
  }
}
