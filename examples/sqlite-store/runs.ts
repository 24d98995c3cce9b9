/** Runs. A unique index lets one run begin for an idempotency key; the other changes are conditional updates. */

import type { Run, RunEnd, RunQuery, RunStart, RunStatus, RunsAdapter, RunUpdate } from 'allv-mcp'
import { toOutcome } from './outcomes.js'
import { changes, dateOf, dateOrNull, inTransaction, rowsOf, type Sqlite } from './sqlite.js'

export interface SqliteRuns extends RunsAdapter {
  extend: NonNullable<RunsAdapter['extend']>
}

export function createSqliteRuns(db: Sqlite): SqliteRuns {
  return {
    begin: async (start) => inTransaction(db, () => beginRun(db, start)),
    async end(end) {
      const { status, approvalId, errorCode, endedAt, outcome } = end
      changes(
        db,
        `update runs set status = ?, approval_id = ?, error_code = ?, ended_at = ?, outcome = ? where ${OPEN}`,
        status,
        approvalId,
        errorCode,
        endedAt.getTime(),
        JSON.stringify(outcome),
        ...conditionOf(end),
      )
    },
    async update(update) {
      const { status, approvalId, errorCode, endedAt, checkpoint } = update
      return changes(
        db,
        `update runs set status = ?, approval_id = ?, error_code = ?, ended_at = ?,
           checkpoint = case when ? then ? else checkpoint end where ${OPEN}`,
        status,
        approvalId,
        errorCode,
        endedAt.getTime(),
        checkpoint === undefined ? 0 : 1,
        checkpoint ?? null,
        ...conditionOf(update),
      )
    },
    async extend({ workspaceId, id, leaseMs }) {
      const now = Date.now()
      const sql = `update runs set lease_ends_at = ? where workspace_id = ? and id = ? and status = 'running' and lease_ends_at > ?`
      changes(db, sql, now + leaseMs, workspaceId, id, now)
    },
    async get({ workspaceId, id }) {
      const sql = `select ${ROW} as row from runs where workspace_id = ? and id = ?`
      const [row] = rowsOf<Row>(db, sql, Date.now(), workspaceId, id)
      return row === undefined ? null : toRun(row)
    },
    list: async (query) => listRuns(db, query),
  }
}

/** A run that has not ended, of this workspace, with the expected checkpoint if one is expected. */
const OPEN = `workspace_id = ? and id = ? and status in ('running', 'pending_approval', 'input_required')
  and (? or checkpoint is ?)`

function conditionOf({ workspaceId, id, ifCheckpoint }: RunEnd | RunUpdate) {
  return [workspaceId, id, ifCheckpoint === undefined ? 1 : 0, ifCheckpoint ?? null] as const
}

function beginRun(db: Sqlite, start: RunStart): Awaited<ReturnType<RunsAdapter['begin']>> {
  const { id, workspaceId, memberId, tool, idempotencyKey, startedAt, leaseMs, ...body } = start
  const now = Date.now()
  const started = changes(
    db,
    `insert into runs (workspace_id, id, member_id, tool, idempotency_key, status, body, started_at, lease_ends_at)
     values (?, ?, ?, ?, ?, 'running', ?, ?, ?)
     on conflict (workspace_id, member_id, tool, idempotency_key) where idempotency_key is not null do nothing`,
    workspaceId,
    id,
    memberId,
    tool,
    idempotencyKey,
    JSON.stringify(body),
    startedAt.getTime(),
    now + leaseMs,
  )
  if (started) return { started: true }
  const sql = `select ${ROW} as row from runs where workspace_id = ? and member_id = ? and tool = ? and idempotency_key = ?`
  const [row] = rowsOf<Row>(db, sql, now, workspaceId, memberId, tool, idempotencyKey)
  if (row === undefined) throw new Error('the run was not stored')
  return { started: false, run: toRun(row) }
}

/** The cursor is the place of the last run of the page before. */
function listRuns(db: Sqlite, query: RunQuery): Awaited<ReturnType<RunsAdapter['list']>> {
  const { workspaceId, memberId = null, tool = null, status = null, limit, cursor } = query
  const now = Date.now()
  const found = rowsOf<Row>(
    db,
    `select ${ROW} as row from runs
     where workspace_id = ? and seq < ? and (? is null or member_id = ?) and (? is null or tool = ?) and (? is null or ${STATUS} = ?)
     order by seq desc limit ?`,
    now,
    workspaceId,
    cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor),
    memberId,
    memberId,
    tool,
    tool,
    status,
    now,
    status,
    limit + 1,
  )
  const page = found.slice(0, limit)
  return { runs: page.map(toRun), nextCursor: found.length > limit ? String(page.at(-1)?.seq) : null }
}

interface Row {
  readonly seq: number
  readonly id: string
  readonly workspaceId: string
  readonly memberId: string
  readonly tool: string
  readonly idempotencyKey: string | null
  readonly status: RunStatus
  readonly body: string
  readonly startedAt: number
  readonly approvalId: string | null
  readonly endedAt: number | null
  readonly errorCode: Run['errorCode']
  readonly outcome: string | null
  readonly checkpoint: string | null
}

/** A run that is running when its lease is over: its process has stopped. */
const STATUS = `case when status = 'running' and lease_ends_at <= ? then 'unknown' else status end`

const ROW = `json_object('seq', seq, 'id', id, 'workspaceId', workspace_id, 'memberId', member_id, 'tool', tool,
  'idempotencyKey', idempotency_key, 'status', ${STATUS}, 'body', body, 'startedAt', started_at,
  'approvalId', approval_id, 'endedAt', ended_at, 'errorCode', error_code, 'outcome', outcome, 'checkpoint', checkpoint)`

function toRun({ seq: _, body, startedAt, endedAt, outcome, ...facts }: Row): Run {
  return {
    ...JSON.parse(body),
    ...facts,
    startedAt: dateOf(startedAt),
    endedAt: dateOrNull(endedAt),
    outcome: toOutcome(outcome),
  }
}
