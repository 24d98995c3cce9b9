/** Rows of approvals, and the state that follows from the time. */

import type { Approval, ApprovalState } from 'allv-mcp'
import { toOutcome } from './outcomes.js'
import { dateOf, dateOrNull, rowsOf, type Sqlite } from './sqlite.js'

/** An approval with what only the store needs. */
interface Found {
  readonly approval: Approval
  /** Until when it answers the same call. `null`: for as long as it is in its state. */
  readonly answersUntil: number | null
}

interface Row {
  readonly id: string
  readonly state: ApprovalState
  readonly body: string
  readonly requestedAt: number
  readonly expiresAt: number
  readonly replayMs: number
  readonly decidedAt: number | null
  readonly decidedBy: string | null
  readonly channel: string | null
  readonly reason: string | null
  readonly runId: string | null
  readonly consumedAt: number | null
  readonly leaseEndsAt: number | null
  readonly settledAt: number | null
  readonly outcome: string | null
}

const ROW = `json_object('id', id, 'state', state, 'body', body, 'requestedAt', requested_at, 'expiresAt', expires_at,
  'replayMs', replay_ms, 'decidedAt', decided_at, 'decidedBy', decided_by, 'channel', channel, 'reason', reason,
  'runId', run_id, 'consumedAt', consumed_at, 'leaseEndsAt', lease_ends_at, 'settledAt', settled_at, 'outcome', outcome)`

export function findApproval(db: Sqlite, id: string, now: number): Approval | null {
  const [row] = rowsOf<Row>(db, `select ${ROW} as row from approvals where id = ?`, id)
  return row === undefined ? null : toFound(row, now).approval
}

/** The approval that answers calls of this binding. Only the newest one can. */
export function findLive(db: Sqlite, binding: string, now: number): Approval | null {
  const sql = `select ${ROW} as row from approvals where binding = ? order by seq desc limit 1`
  const [row] = rowsOf<Row>(db, sql, binding)
  if (row === undefined) return null
  const { approval, answersUntil } = toFound(row, now)
  if (approval.state === 'expired' || (answersUntil !== null && answersUntil <= now)) return null
  return approval
}

function toFound(row: Row, now: number): Found {
  const { body, replayMs, leaseEndsAt, state: stored, ...facts } = row
  const state = stateAt(row, now)
  const overSince = { denied: facts.decidedAt, settled: facts.settledAt, unknown: leaseEndsAt }
  const over = state === 'denied' || state === 'settled' || state === 'unknown' ? overSince[state] : null
  const approval: Approval = {
    ...JSON.parse(body),
    ...facts,
    state,
    requestedAt: dateOf(facts.requestedAt),
    expiresAt: dateOf(facts.expiresAt),
    decidedAt: dateOrNull(facts.decidedAt),
    consumedAt: dateOrNull(facts.consumedAt),
    settledAt: dateOrNull(facts.settledAt),
    outcome: toOutcome(facts.outcome),
  }
  return { approval, answersUntil: over === null ? null : over + replayMs }
}

/** No job changes rows when their time is over: who reads them compares. */
function stateAt({ state, expiresAt, leaseEndsAt }: Row, now: number): ApprovalState {
  if ((state === 'pending' || state === 'approved') && expiresAt <= now) return 'expired'
  return state === 'executing' && leaseEndsAt !== null && leaseEndsAt <= now ? 'unknown' : state
}
