/** The audit log in PostgreSQL: appended through the journal, read by filters. */

import { assertListLimit } from '../../adapter-kit/list-limit.js'
import { nearestStorableTime } from '../../adapter-kit/storable.js'
import type { AuditAdapter, AuditEvent, AuditEventType } from '../../adapters/audit.js'
import type { Database } from '../database/database.js'
import { canBeThere, dateOf, isSequence, type Stored } from '../database/fields.js'
import { FACT_LENGTH } from '../database/migrations.js'
import type { Journal } from './journal.js'

/** Which audit events to list. Filters that are left out let every event pass. */
export interface AuditQuery {
  /** Events of this workspace. `null`: refusals whose workspace is not proved. */
  readonly workspaceId: string | null
  /** Events about this member. */
  readonly memberId?: string
  /** Events of this type. */
  readonly type?: AuditEventType
  /** Events about this run. */
  readonly runId?: string
  /** Events about this approval. */
  readonly approvalId?: string
  /** Events about this tool, by its canonical name. */
  readonly tool?: string
  /** Events at this time or later. */
  readonly from?: Date
  /** Events before this time. */
  readonly until?: Date
  /** At most so many events in one page. A TypeError unless it is a whole number of at least 0. */
  readonly limit: number
  /** The `nextCursor` of the page before. `null`: the first page. */
  readonly cursor: string | null
}

/** One page of audit events. */
export interface AuditPage {
  /** Newest first. */
  readonly events: readonly AuditEvent[]
  /** `null`: this was the last page. */
  readonly nextCursor: string | null
}

/**
 * The audit log in PostgreSQL.
 *
 * @example
 * const { events, nextCursor } = await stores.audit.list({ workspaceId: 'ws_acme', type: 'run.ended', limit: 50, cursor: null })
 */
export interface PostgresAudit extends AuditAdapter {
  /**
   * Lists events, newest first, each once over all pages. Events of one node have the order in which it appended them. New events between two
   * pages change nothing.
   */
  list(query: AuditQuery): Promise<AuditPage>
}

/** Makes the audit adapter. */
export function createPostgresAudit(database: Database, journal: Journal): PostgresAudit {
  return {
    async append(events) {
      if (events.length > 0) await journal({ kind: 'append', events })
    },
    list: (query) => listEvents(database, query),
  }
}

function timeText(name: string, time: Date | null | undefined): string | null {
  return time === undefined || time === null ? null : nearestStorableTime(name, time).toISOString()
}

interface EventRow {
  readonly seq: number
  readonly event: Stored<AuditEvent>
}

async function listEvents({ schemaPrefix, query }: Database, wanted: AuditQuery): Promise<AuditPage> {
  const { workspaceId, memberId, type, runId, approvalId, tool, from, until, limit, cursor } = wanted
  assertListLimit(limit)
  const texts = [workspaceId, memberId, type, runId, approvalId, tool]
  if (!canBeThere(...texts) || !isSequence(cursor)) return { events: [], nextCursor: null }
  const rows = await query<EventRow>(
    `select row_to_json(found)::text as row from (
       select seq, event from ${schemaPrefix}audit_events
       where ${workspaceId === null ? '$1::text is null and workspace_id is null' : 'workspace_id = $1'}
         and ($2::bigint is null or seq < $2::bigint) and ($3::text is null or member_id = $3)
         and ($4::text is null or type = $4) and ($5::text is null or run_id = left($5, ${FACT_LENGTH}))
         and ($6::text is null or approval_id = left($6, ${FACT_LENGTH}))
         and ($7::text is null or tool = left($7, ${FACT_LENGTH}))
         and ($8::timestamptz is null or at >= $8::timestamptz) and ($9::timestamptz is null or at < $9::timestamptz)
       order by seq desc limit $10::int) found order by seq desc`,
    [
      workspaceId,
      cursor,
      memberId ?? null,
      type ?? null,
      runId ?? null,
      approvalId ?? null,
      tool ?? null,
      timeText('from', from),
      timeText('until', until),
      limit + 1,
    ],
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    events: page.map(({ event }) => ({ ...event, at: dateOf(event.at) })),
    nextCursor: last === undefined ? null : String(last.seq),
  }
}
