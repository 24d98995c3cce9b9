/** Runs in PostgreSQL: durable before the tool runs, one run for one idempotency key, one outcome for one run. */

import { assertListLimit } from '../../adapter-kit/list-limit.js'
import type { Run, RunQuery, RunStart, RunsAdapter } from '../../adapters/runs.js'
import type { Database, Value } from '../database/database.js'
import { canBeThere, dateOf, dateOrNull, isSequence, type Stored, selectList } from '../database/fields.js'
import type { Journal } from './journal.js'
import { outcomeOf, type StoredOutcome } from './outcomes.js'

/** Runs in PostgreSQL. */
export interface PostgresRuns extends RunsAdapter {
  /** Extends the lease of a running run. */
  extend: NonNullable<RunsAdapter['extend']>
}

type RunRow = Omit<Stored<Run>, 'outcome'> & { readonly outcome: StoredOutcome | null }

const FIELDS = selectList([
  'id',
  'workspaceId',
  'memberId',
  'credentialId',
  'credentialKind',
  'face',
  'era',
  'tool',
  'argumentsDigest',
  'idempotencyKey',
  'correlationId',
  'startedAt',
  'approvalId',
  'endedAt',
  'errorCode',
  'outcome',
  'checkpoint',
])
/** The status now: a running run whose lease is over reads `unknown`. */
const STATUS = `case when status = 'running' and lease_ends_at <= statement_timestamp() then 'unknown' else status end`

/** Makes the runs adapter. */
export function createPostgresRuns(database: Database, journal: Journal): PostgresRuns {
  const { schemaPrefix } = database
  const runs = `(select ${FIELDS}, ${STATUS} as status, seq from ${schemaPrefix}runs`
  return {
    async begin(start) {
      if (await journal({ kind: 'begin', start })) return { started: true }
      return { started: false, run: await earlierRun(database, runs, start) }
    },
    async end(end) {
      if (!canBeThere(end.workspaceId, end.id, end.ifCheckpoint)) return
      await journal({ kind: 'end', end })
    },
    async update(update) {
      if (!canBeThere(update.workspaceId, update.id, update.ifCheckpoint)) return false
      return journal({ kind: 'update', update })
    },
    async extend({ id, workspaceId, leaseMs }) {
      if (!canBeThere(workspaceId, id)) return
      await database.query(
        `update ${schemaPrefix}runs set lease_ends_at = statement_timestamp() + $3::bigint * interval '1 millisecond'
         where workspace_id = $1 and id = $2 and status = 'running' and lease_ends_at > statement_timestamp()`,
        [workspaceId, id, leaseMs],
      )
    },
    async get({ workspaceId, id }) {
      if (!canBeThere(workspaceId, id)) return null
      const [row] = await database.query<RunRow>(
        `select row_to_json(run)::text as row from ${runs} where workspace_id = $1 and id = $2) run`,
        [workspaceId, id],
      )
      return row === undefined ? null : toRun(row)
    },
    list: (query) => listRuns(database, runs, query),
  }
}

/** Uses a statement of its own: the snapshot of the insert that found the key taken may not contain the other run. */
async function earlierRun(
  { query }: Database,
  runs: string,
  { id, workspaceId, memberId, tool, idempotencyKey }: RunStart,
): Promise<Run> {
  const [row] = await query<RunRow>(
    `select row_to_json(run)::text as row from ${runs}
     where workspace_id = $1 and (id = $2 or (member_id = $3 and tool = $4 and idempotency_key = $5))) run`,
    [workspaceId, id, memberId, tool, idempotencyKey],
  )
  if (row === undefined) throw new Error('the run that has this idempotency key is gone')
  return toRun(row)
}

async function listRuns(
  { query }: Database,
  runs: string,
  { workspaceId, memberId, status, tool, limit, cursor }: RunQuery,
): Promise<Awaited<ReturnType<RunsAdapter['list']>>> {
  assertListLimit(limit)
  if (!canBeThere(workspaceId, memberId, status, tool) || !isSequence(cursor))
    return { runs: [], nextCursor: null }
  const values: Value[] = [workspaceId, cursor, memberId ?? null, tool ?? null, status ?? null, limit + 1]
  const rows = await query<RunRow & { readonly seq: number }>(
    `select row_to_json(run)::text as row from ${runs}
     where workspace_id = $1 and ($2::bigint is null or seq < $2::bigint)
       and ($3::text is null or member_id = $3) and ($4::text is null or tool = $4)
       and ($5::text is null or ${STATUS} = $5)
     order by seq desc limit $6::int) run order by seq desc`,
    values,
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { runs: page.map(toRun), nextCursor: last === undefined ? null : String(last.seq) }
}

function toRun({ seq: _, ...row }: RunRow & { readonly seq?: number }): Run {
  return {
    ...row,
    startedAt: dateOf(row.startedAt),
    endedAt: dateOrNull(row.endedAt),
    outcome: outcomeOf(row.outcome),
  }
}
