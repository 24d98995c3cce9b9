/** The invariants, which must hold in every sequence. */

import type { Approval } from '../../lib/adapters/approvals.js'
import type { Run, RunOutcome } from '../../lib/adapters/runs.js'
import type { Caller, Observed, Spec } from './callers.js'
import { specKey } from './callers.js'
import type { Stage } from './stage.js'
import { type Effect, mannerOf } from './tools.js'

/** Before the tool acts there is an approval of exactly this call, given by a permitted approver, and not used before. */
export function judgeEffect(stage: Stage, effect: Effect): void {
  const say = (what: string) => stage.broken.push(`effect ${JSON.stringify(effect)}: ${what}`)
  if (effect.approvalId === null) {
    if (stage.effects.some(({ runId }) => runId === effect.runId)) say('happens twice in one run')
    return
  }
  const approval = stage.stores.approvals.list().find(({ id }) => id === effect.approvalId)
  if (approval === undefined) return void say('names an approval that there is not')
  if (stage.effects.some(({ approvalId }) => approvalId === effect.approvalId)) say('happens twice')
  const same =
    approval.memberId === effect.memberId &&
    approval.tool === effect.tool &&
    mannerOf(approval.arguments) === effect.manner
  if (!same) say('is not what was approved')
  if (!wasGiven(stage, approval)) say('was not approved by somebody who may')
  const { decidedAt, consumedAt, expiresAt } = approval
  if (decidedAt === null || consumedAt === null || decidedAt > consumedAt || consumedAt >= expiresAt)
    say('does not lie between decision and expiry')
}

function wasGiven({ decisions, words }: Stage, approval: Approval): boolean {
  const [decision, ...others] = decisions.filter(({ id }) => id === approval.id)
  if (decision?.decision !== 'approve' || others.length > 0) return false
  if (approval.approver === 'operator') return decision.decidedBy !== approval.memberId
  return decision.channel !== 'elicitation' || words.has(`${specKey(specOf(approval))} approve`)
}

export function specOf({ memberId, tool, arguments: args, idempotencyKey }: Approval): Spec {
  return { memberId, tool, manner: mannerOf(args), key: idempotencyKey } as Spec
}

/** Every answer must be true when it is given. Answers that must stay true are checked again at the end. */
export function judgeAnswer(stage: Stage, caller: Caller, observed: Observed): void {
  const { spec, lateKey } = caller
  const outcome = outcomeIn(observed)
  if (observed.kind === 'refused' && !mayBeRefused(stage, caller, observed.code))
    stage.broken.push(`a caller is refused with ${observed.code}`)
  if (observed.kind !== 'refused' && lateKey) stage.broken.push('a caller is answered whose key is over')
  if (outcome !== null) judgeOutcome(stage, spec, outcome)
}

const REFUSALS = new Set([
  'REQUEST_STATE_INVALID',
  'IDEMPOTENCY_CONFLICT',
  'TASK_NOT_FOUND',
  'SHUTTING_DOWN',
  'CLIENT_CAPABILITY_REQUIRED',
  'INPUT_NOT_GIVEN',
])

/** A call may be refused for this only if the policy, or the clock of the store, said so. */
function mayBeRefused(
  { rules, credentials }: Stage,
  { correlationId, lateKey }: Caller,
  code: string,
): boolean {
  if (lateKey) return code === 'UNAUTHENTICATED'
  if (code === 'UNAUTHENTICATED') return credentials.everOver()
  return code === 'UNAVAILABLE' ? rules.failed(correlationId) : REFUSALS.has(code)
}

export function outcomeIn(observed: Observed | null): RunOutcome | null {
  if (observed?.kind === 'outcome') return observed.outcome.kind === 'ended' ? observed.outcome.outcome : null
  return observed?.kind === 'view' && observed.view.status === 'over' ? observed.view.outcome : null
}

function judgeOutcome(stage: Stage, spec: Spec, outcome: RunOutcome): void {
  const say = (what: string) =>
    stage.broken.push(
      `${specKey(spec)} is told ${outcome.status} ${outcome.errorCode} of ${outcome.runId}: ${what}`,
    )
  const happened = stage.effects.filter(({ runId }) => runId === outcome.runId)
  switch (outcome.status) {
    case 'succeeded': {
      const block = outcome.result?.content?.[0]
      const shown = block?.type === 'text' ? block.text : ''
      const effect = happened.find(({ serial }) => shown === `effect ${serial}`)
      if (effect === undefined) return void say('nothing of the kind happened')
      if (effect.memberId !== spec.memberId || effect.tool !== spec.tool || effect.manner !== spec.manner)
        say('that was another call')
      return
    }
    case 'unknown':
      if (!mayBeLost(stage, spec.tool)) say('nothing was lost')
      return
    case 'timed_out':
      if (!stage.overrun) say('there was time')
      return
    default:
      if (happened.length > 0) say('but it happened')
  }
}

/** A tool that asked and gets no answer counts as lost, as if its node had died. What it did before it asked is not checked. */
function mayBeLost({ crashes, overrun }: Stage, tool: string): boolean {
  return crashes > 0 || overrun || tool === 'asking'
}

/** At the end the stores contain what happened, and every answer was true. */
export function judgeRecords(stage: Stage, callers: readonly Caller[]): void {
  for (const caller of callers) if (caller.observed !== null) judgeAnswer(stage, caller, caller.observed)
  const runs = stage.stores.runs.all()
  for (const run of runs) judgeRun(stage, run, runs)
  for (const approval of stage.stores.approvals.list()) judgeApproval(stage, approval)
}

function judgeRun(stage: Stage, run: Run, runs: readonly Run[]): void {
  const family = new Set([
    run.id,
    ...runs.filter(({ idempotencyKey }) => idempotencyKey?.startsWith(`task ${run.id} `)).map(({ id }) => id),
  ])
  if (run.outcome !== null) family.add(run.outcome.runId)
  const happened = stage.effects.filter(({ runId }) => family.has(runId))
  const say = (what: string) => stage.broken.push(`run ${run.id} of ${run.tool} is ${run.status}: ${what}`)
  const nothing = run.status === 'cancelled' || run.status === 'denied' || run.status === 'failed'
  if (nothing && happened.length > 0) say('but it happened')
  if (run.status === 'succeeded' && happened.length === 0) say('but nothing happened')
  if (run.status === 'unknown' && !mayBeLost(stage, run.tool)) say('but nothing was lost')
}

function judgeApproval(stage: Stage, approval: Approval): void {
  const { id, state, tool, outcome, channel } = approval
  const happened = stage.effects.filter(({ approvalId }) => approvalId === id).length
  const say = (what: string) =>
    stage.broken.push(`approval ${id} of ${tool} is ${state} ${outcome?.status ?? ''}: ${what}`)
  if (
    state === 'denied' &&
    channel === 'elicitation' &&
    !stage.words.has(`${specKey(specOf(approval))} deny`)
  )
    say('nobody said so')
  if (happened > 1) say('it was used twice')
  const open = state === 'pending' || state === 'approved' || state === 'denied' || state === 'expired'
  if (open && happened > 0) say('but it was used')
  if (state !== 'settled') {
    const lost = stage.crashes > 0 || stage.overrun
    if (!open && happened > 0 && !lost) say('but it happened, and nothing was lost')
    return
  }
  if (outcome?.errorCode === 'UNAVAILABLE' && !stage.rules.hasBegun(id))
    say('a rule that could not be asked has used it up')
  if (outcome?.status === 'succeeded' && happened === 0) say('but nothing happened')
  const vague = outcome?.status === 'timed_out' || outcome?.status === 'unknown'
  if (outcome?.status !== 'succeeded' && !vague && happened > 0) say('but it happened')
}
