/** The member's own word, given in their client. It counts only where the host asked for nobody else's. */

import type { Approval } from '../adapters/approvals.js'
import type { InputResponse } from '../adapters/input.js'
import { isRecord } from '../json-guards.js'
import { callAdapter } from '../pipeline/adapter-call.js'
import { readAnswersOrNull } from '../pipeline/answers.js'
import type { Begun } from '../pipeline/context.js'
import type { Plane } from '../pipeline/plane.js'
import { waitsForDecision } from '../pipeline/rounds.js'
import { readApproval, tellApprovalChanged } from './changes.js'
import { mayConfirm } from './ladder.js'
import { formFor, QUESTION_KEY, recordPresented } from './present.js'

export interface Reply {
  readonly action: string
  /** `null`: nothing was decided, as when a page was shown. */
  readonly decision: 'approve' | 'deny' | null
}

/** What the client answered in the round before, where that round asked for a decision. */
export function replyOf({ round }: Pick<Begun, 'round'>): Reply | null {
  if (round === null || round.place === null || !waitsForDecision(round.place)) return null
  const answer = round.answered.answers?.[QUESTION_KEY]
  if (answer === undefined) return null
  // Whoever declines to open a page has denied nothing: only a form decides.
  return round.answered.state === 'form' ? toReply(answer) : { ...toReply(answer), decision: null }
}

/** MCP 2026-07-28, client/elicitation, Response Actions: declining a form is a no, closing it is no answer. */
export function toReply({ action, content }: InputResponse): Reply {
  const chosen = isRecord(content) ? content['decision'] : undefined
  const accepted = action === 'accept' && (chosen === 'approve' || chosen === 'deny') ? chosen : null
  return { action: String(action), decision: action === 'decline' ? 'deny' : accepted }
}

/** The approval after the member's reply. */
export async function confirm(
  plane: Plane,
  { context, correlationId }: Pick<Begun, 'context' | 'correlationId'>,
  approval: Approval,
  reply: Reply | null,
): Promise<Approval> {
  const { approvals } = plane.config.adapters
  const decision = reply?.decision ?? null
  if (decision === null || !mayConfirm(plane, approval)) return approval
  const { id } = approval
  await callAdapter(
    plane,
    correlationId,
    async () =>
      await approvals.decide?.({ id, decision, decidedBy: context.member.id, channel: 'elicitation' }),
  )
  await tellApprovalChanged(plane, correlationId, approval)
  return (await readApproval(plane, correlationId, id)) ?? approval
}

/** Asks on the call's own stream while it is held. Ends the hold through `form` when the member closes the question. Never rejects. */
export async function confirmWithinCall(
  plane: Plane,
  begun: Begun,
  approval: Approval,
  form: AbortController,
): Promise<void> {
  const { put } = begun.input.questioner
  if (put === undefined) return
  try {
    await recordPresented(plane, begun, approval, 'form')
    const requests = { [QUESTION_KEY]: formFor(approval) }
    const given = await put(requests, form.signal)
    const answer = given === null ? undefined : readAnswersOrNull(plane, requests, given)?.[QUESTION_KEY]
    // A client that declared the ability and never answers is held as long as any other, and no longer.
    if (answer === undefined || form.signal.aborted) return
    const reply = toReply(answer)
    if (reply.decision === null) form.abort()
    else await confirm(plane, begun, approval, reply)
  } catch (cause) {
    plane.config.onError(cause, { correlationId: begun.correlationId, code: 'INPUT_NOT_GIVEN' })
  }
}
