/**
 * Approvals. Each change is one conditional update, or a transaction that reads and writes: of concurrent callers, also in other processes, one wins.
 * It has no `wait`: the library polls `get`.
 */

import type { Approval, ApprovalRequest, ApprovalsAdapter, Decision, DecisionResult } from 'allv-mcp'
import { assertDecider, decisionEvent, storableDecision, storableJson } from 'allv-mcp/adapter-kit'
import { findApproval, findLive } from './approval-rows.js'
import { insertEvents } from './audit.js'
import { changes, inTransaction, rowsOf, type Sqlite } from './sqlite.js'

export interface SqliteApprovals extends ApprovalsAdapter {
  extend: NonNullable<ApprovalsAdapter['extend']>
  decide: NonNullable<ApprovalsAdapter['decide']>
}

export function createSqliteApprovals(db: Sqlite): SqliteApprovals {
  const now = () => Date.now()
  return {
    get: async ({ id }) => findApproval(db, id, now()),
    request: async (request) => inTransaction(db, () => requestApproval(db, request, now())),
    async consume({ id, runId, leaseMs }) {
      const at = now()
      const won = changes(
        db,
        `update approvals set state = 'executing', run_id = ?, consumed_at = ?, lease_ends_at = ?
         where id = ? and state = 'approved' and expires_at > ?`,
        runId,
        at,
        at + leaseMs,
        id,
        at,
      )
      return won ? findApproval(db, id, at) : null
    },
    async settle({ id, runId, outcome }) {
      changes(
        db,
        `update approvals set state = 'settled', settled_at = ?, outcome = ?
         where id = ? and run_id = ? and state = 'executing'`,
        now(),
        JSON.stringify(outcome),
        id,
        runId,
      )
    },
    async extend({ id, runId, leaseMs }) {
      changes(
        db,
        `update approvals set lease_ends_at = ?
         where id = ? and run_id = ? and state = 'executing' and lease_ends_at > ?`,
        now() + leaseMs,
        id,
        runId,
        now(),
      )
    },
    async decide(asked) {
      assertDecider(asked)
      const decision = storableDecision(asked)
      return inTransaction(db, () => decideApproval(db, decision, now()))
    },
  }
}

type Requested = Awaited<ReturnType<ApprovalsAdapter['request']>>

function requestApproval(db: Sqlite, request: ApprovalRequest, now: number): Requested {
  const live = findLive(db, request.binding, now)
  if (live !== null) return live
  const { maxPending, ttlMs, replayMs, runId: _, ...body } = request
  if (maxPending !== undefined && countPending(db, request, now) >= maxPending)
    return { status: 'too_many_pending' }
  changes(
    db,
    `insert into approvals (id, binding, workspace_id, member_id, approver, state, body, requested_at, expires_at, replay_ms)
     values (?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)`,
    body.id,
    body.binding,
    body.workspaceId,
    body.memberId,
    body.approver,
    JSON.stringify({ ...body, summary: storableJson(body.summary) }),
    now,
    now + ttlMs,
    replayMs,
  )
  return stored(db, body.id, now)
}

function countPending(db: Sqlite, { workspaceId, memberId }: ApprovalRequest, now: number): number {
  const sql = `select count(*) as row from approvals
    where workspace_id = ? and member_id = ? and state = 'pending' and expires_at > ?`
  return rowsOf<number>(db, sql, workspaceId, memberId, now)[0] ?? 0
}

/** The decision and its audit event are stored together, or neither is. */
function decideApproval(db: Sqlite, decision: Decision, now: number): DecisionResult {
  const { id, decidedBy, channel = 'page', reason = null } = decision
  const decided = changes(
    db,
    `update approvals set state = ?, decided_at = ?, decided_by = ?, channel = ?, reason = ?
     where id = ? and state = 'pending' and expires_at > ? and not (approver = 'operator' and member_id = ?)`,
    decision.decision === 'approve' ? 'approved' : 'denied',
    now,
    decidedBy,
    channel,
    reason,
    id,
    now,
    decidedBy,
  )
  if (decided) {
    const approval = stored(db, id, now)
    insertEvents(db, [decisionEvent(approval, new Date(now))])
    return { status: 'decided', approval }
  }
  const approval = findApproval(db, id, now)
  if (approval === null) return { status: 'not_found' }
  return { status: approval.state === 'pending' ? 'own_request' : 'not_pending', approval }
}

function stored(db: Sqlite, id: string, now: number): Approval {
  const approval = findApproval(db, id, now)
  if (approval === null) throw new Error('the approval was not stored')
  return approval
}
