/** Takes the decision that a member makes in their own client. It counts only if the policy, asked at that moment, lets the member decide. */

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

/** The member's reply to a form or a URL. */
export interface MemberReply {
  /** The action of the elicitation result: `accept`, `decline` or `cancel`. */
  readonly action: string
  /** `null`: the reply decides nothing, for example after a URL was shown. */
  readonly decision: 'approve' | 'deny' | null
}

/** The client's reply, if the request before this one asked for a decision on this approval; otherwise `null`. */
export function replyOf({ round }: Pick<Begun, 'round'>, { id }: Pick<Approval, 'id'>): MemberReply | null {
  if (round === null || round.resumePoint === null || !waitsForDecision(round.resumePoint)) return null
  if (round.resumePoint.approvalId !== id) return null
  const answer = round.answered.answers?.[QUESTION_KEY]
  if (answer === undefined) return null
  // A member who declines to open a URL has not denied the call. Only a form decides.
  return round.answered.state === 'form' ? toReply(answer) : { ...toReply(answer), decision: null }
}

/** `decline` denies the call; `cancel` decides nothing. MCP 2026-07-28, client/elicitation, Response Actions. */
export function toReply({ action, content }: InputResponse): MemberReply {
  const chosen = isRecord(content) ? content['decision'] : undefined
  const accepted = action === 'accept' && (chosen === 'approve' || chosen === 'deny') ? chosen : null
  return { action: String(action), decision: action === 'decline' ? 'deny' : accepted }
}

/** A reply to apply to an approval. */
export interface Confirmation {
  /** The approval as it was last read. */
  readonly approval: Approval
  /** `null`: the member has not replied. */
  readonly reply: MemberReply | null
  /** Asks the policy now. */
  readonly object: () => Promise<Objection | null>
}

/** The result of `confirm`. */
export interface Confirmed {
  /** The approval after the reply. */
  readonly approval: Approval
  /** Set: nothing was decided, because the policy now objects. */
  readonly objection: Objection | null
}

/** Stores the member's decision. Before an approval it asks the policy again, because the policy may now require an operator. */
export async function confirm(
  runtime: Runtime,
  context: MemberContext,
  { approval, reply, object }: Confirmation,
): Promise<Confirmed> {
  const { correlationId, member } = context
  const { approvals } = runtime.config.adapters
  const decision = reply?.decision ?? null
  if (decision === null || !mayConfirm(runtime, approval, context)) return { approval, objection: null }
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

/** A held call that shows a form during the hold. */
export interface FormHold extends Pick<Confirmation, 'approval' | 'object'> {
  /** Aborts when the hold ends. */
  readonly signal: AbortSignal
  /** Ends the hold. `null`: the member closed the form. A function gives the policy's objection, or throws if the policy could not be asked. */
  readonly end: (why: (() => Objection) | null) => void
}

/** Sends the form on the response stream of the held call, and stores the decision. Never rejects. */
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

/** `null`: no reply. A client that never replies does not make the hold longer. */
async function replyWithinCall(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
  signal: AbortSignal,
): Promise<MemberReply | null> {
  const { request } = begun.input.inputChannel
  if (request === undefined) return null
  try {
    await recordPresented(runtime, begun, approval, 'form')
    const requests = { [QUESTION_KEY]: formFor(approval) }
    const given = await request(requests, signal)
    const answer =
      given === null ? undefined : validInputResponsesOrNull(runtime, requests, given)?.[QUESTION_KEY]
    return answer === undefined || signal.aborted ? null : toReply(answer)
  } catch (cause) {
    runtime.config.onError(cause, { correlationId: begun.context.correlationId, code: 'INPUT_NOT_GIVEN' })
    return null
  }
}
