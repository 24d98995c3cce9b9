/** Approvals as rows: what time alone does to them, and which of them still answer calls. */

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

/** Its state as it is now, by the clock of the database. */
export const STATE = `case
  when state in ('pending', 'approved') and expires_at <= ${NOW} then 'expired'
  when state = 'executing' and lease_ends_at <= ${NOW} then 'unknown'
  else state end`

/** Whether it still answers calls of its binding. */
export const LIVE = `case state
  when 'pending' then expires_at > ${NOW}
  when 'approved' then expires_at > ${NOW}
  when 'executing' then lease_ends_at + replay_ms * interval '1 millisecond' > ${NOW}
  when 'denied' then decided_at + replay_ms * interval '1 millisecond' > ${NOW}
  else settled_at + replay_ms * interval '1 millisecond' > ${NOW} end`

/** When time will take it out of its state, in milliseconds from now; `null` when time will not. */
const LEAVES_IN = `ceil(extract(epoch from case
  when state in ('pending', 'approved') and expires_at > ${NOW} then expires_at
  when state = 'executing' and lease_ends_at > ${NOW} then lease_ends_at end - ${NOW}) * 1000)::bigint`

/** For `select` and for `returning`, where the row is the only one in view. */
export const APPROVAL = `${selectList(FIELDS)}, ${STATE} as state, ${LEAVES_IN} as "leavesInMs", seq`

export interface FoundApproval {
  readonly approval: Approval
  readonly leavesInMs: number | null
  readonly seq: number
}

export interface ApprovalRow extends Omit<Stored<Approval>, 'outcome'> {
  readonly outcome: StoredOutcome | null
  readonly leavesInMs: number | null
  readonly seq: number
}

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
