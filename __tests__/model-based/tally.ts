/** Counts the situations in all sequences, so that a test notices if one no longer occurs. */

import type { Caller, Observed } from './callers.js'
import { RULE_DENIES } from './rules.js'
import type { Stage } from './stage.js'
import { verdictOf } from './tools.js'
import { outcomeIn } from './truth.js'

const ZERO = {
  histories: 0,
  executions: 0,
  repeats: 0,
  retries: 0,
  crashes: 0,
  replays: 0,
  unknowns: 0,
  denials: 0,
  expiries: 0,
  ownRequests: 0,
  staleStates: 0,
  conflicts: 0,
  tasksGiven: 0,
  tasksCompleted: 0,
  tasksCancelled: 0,
  /** Cancelled, and nothing happened. */
  cancelsThatWon: 0,
  /** Cancelled too late: the caller or the task gets the success. */
  cancelsThatLost: 0,
  asked: 0,
  crashedExecutions: 0,
  comebacks: 0,
  /** Changes of the policy. */
  rules: 0,
  /** Answered with a denial by the policy, not by a person. */
  deniedByRule: 0,
  /** Refused while the policy could not be asked. */
  rulesDown: 0,
  /** Approvals of another person than the tool begins with. */
  otherApprovers: 0,
  /** Nodes whose clock is an hour off. */
  shiftedNodes: 0,
  /** Refused for an expired key. */
  keysOver: 0,
}

export type Tally = { -readonly [K in keyof typeof ZERO]: number }

export function createTally(): Tally {
  return { ...ZERO }
}

export function tallyObserved(tally: Tally, stage: Stage, { what, abort }: Caller, observed: Observed): void {
  const outcome = outcomeIn(observed)
  if (observed.kind === 'refused') {
    if (observed.code === 'REQUEST_STATE_INVALID') tally.staleStates += 1
    if (observed.code === 'IDEMPOTENCY_CONFLICT') tally.conflicts += 1
    if (observed.code === 'UNAVAILABLE') tally.rulesDown += 1
    if (observed.code === 'UNAUTHENTICATED') tally.keysOver += 1
  }
  if (observed.kind === 'outcome') {
    if (observed.outcome.kind === 'task') tally.tasksGiven += 1
    if (observed.outcome.kind === 'input_required') tally.asked += 1
    if (observed.outcome.kind === 'ended' && observed.outcome.replayed) tally.replays += 1
  }
  if (outcome === null) return
  if (outcome.status === 'unknown') tally.unknowns += 1
  if (outcome.errorCode === 'APPROVAL_DENIED') tally.denials += 1
  if (outcome.message?.endsWith(RULE_DENIES) === true) tally.deniedByRule += 1
  if (outcome.errorCode === 'APPROVAL_EXPIRED') tally.expiries += 1
  if (what === 'poll' && outcome.status === 'succeeded') tally.tasksCompleted += 1
  if (what === 'poll' && outcome.status === 'cancelled') tally.tasksCancelled += 1
  if (!abort.signal.aborted) return
  if (outcome.status === 'cancelled') tally.cancelsThatWon += 1
  if (stage.effects.some(({ runId }) => runId === outcome.runId)) tally.cancelsThatLost += 1
}

export function tallyStage(tally: Tally, { effects, stores, shifted }: Stage): void {
  tally.shiftedNodes += shifted()
  for (const { state, id, tool, approver } of stores.approvals.list()) {
    if (state === 'unknown' && effects.some(({ approvalId }) => approvalId === id))
      tally.crashedExecutions += 1
    if (approver !== verdictOf(tool).verdict) tally.otherApprovers += 1
  }
}
