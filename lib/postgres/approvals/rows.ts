/** Approvals as rows: the state that follows from the time, and whether they still answer calls. */

import type { Approval } from '../../adapters/approvals.js'
import { dateOf, dateOrNull, type Stored, selectList } from '../database/fields.js'
import { outcomeOf, type StoredOutcome } from '../records/outcomes.js'

const FIELDS = [
  'id',
  'workspaceId',
  'memberId',
  'tool',
  'definitionDigest',
  'argumentsDigest',
  'idempotencyKey',
  'binding',
  'approver',
  'arguments',
  'summary',
  'credentialId',
  'credentialKind',
  'face',
  'client',
  'requestedAt',
  'expiresAt',
  'decidedAt',
  'decidedBy',
  'channel',
  'reason',
  'runId',
  'consumedAt',
  'settledAt',
  'outcome',
] as const

const NOW = 'statement_timestamp()'

/** The state now, by the clock of the database. */
export const STATE = `case
  when state in ('pending', 'approved') and expires_at <= ${NOW} then 'expired'
  when state = 'executing' and lease_ends_at <= ${NOW} then 'unknown'
  else state end`

/** Whether an approval still answers calls of its binding. */
export const LIVE = `case state
  when 'pending' then expires_at > ${NOW}
  when 'approved' then expires_at > ${NOW}
  when 'executing' then lease_ends_at + replay_ms * interval '1 millisecond' > ${NOW}
  when 'denied' then decided_at + replay_ms * interval '1 millisecond' > ${NOW}
  else settled_at + replay_ms * interval '1 millisecond' > ${NOW} end`

/** The time until the state ends by itself, in milliseconds; `null` if it does not. */
const LEAVES_IN = `ceil(extract(epoch from case
  when state in ('pending', 'approved') and expires_at > ${NOW} then expires_at
  when state = 'executing' and lease_ends_at > ${NOW} then lease_ends_at end - ${NOW}) * 1000)::bigint`

/** The columns for `select` and `returning`, without a table name. */
export const APPROVAL = `${selectList(FIELDS)}, ${STATE} as state, ${LEAVES_IN} as "leavesInMs", seq`

/** An approval with what only the store needs. */
export interface FoundApproval {
  /** The approval. */
  readonly approval: Approval
  /** Milliseconds until its state ends by itself. `null`: it does not. */
  readonly leavesInMs: number | null
  /** Its place in the order of creation: the cursor of lists. */
  readonly seq: number
}

/** A row with the columns of `APPROVAL`. */
export interface ApprovalRow extends Omit<Stored<Approval>, 'outcome'> {
  readonly outcome: StoredOutcome | null
  readonly leavesInMs: number | null
  readonly seq: number
}

/** Reads a row. */
export function toFound({ leavesInMs, seq, ...row }: ApprovalRow): FoundApproval {
  const approval: Approval = {
    ...row,
    requestedAt: dateOf(row.requestedAt),
    expiresAt: dateOf(row.expiresAt),
    decidedAt: dateOrNull(row.decidedAt),
    consumedAt: dateOrNull(row.consumedAt),
    settledAt: dateOrNull(row.settledAt),
    outcome: outcomeOf(row.outcome),
  }
  return { approval, leavesInMs, seq }
}
