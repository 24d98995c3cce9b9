/** The one way by which runs begin and end and events are appended: one statement, one commit, for all that come together. */

import { storableJson } from '../../adapter-kit/storable.js'
import type { AuditEvent } from '../../adapters/audit.js'
import type { RunEnd, RunStart } from '../../adapters/runs.js'
import type { Database, Value } from '../database/database.js'
import { type Column, names, typed, unnestColumns } from '../database/fields.js'
import { createBatches } from './batches.js'

export type Entry =
  | { readonly kind: 'begin'; readonly start: RunStart }
  | { readonly kind: 'end'; readonly end: RunEnd }
  | { readonly kind: 'append'; readonly events: readonly AuditEvent[] }

/** Resolves when the entry is durable; with `false` for a run that did not begin, because another has its idempotency key. */
export type Journal = (entry: Entry) => Promise<boolean>

export interface JournalOptions {
  readonly groupCommit: boolean
  readonly limitMs: number
}

const MOST = 200

export function createJournal(database: Database, { groupCommit, limitMs }: JournalOptions): Journal {
  const write = (entries: readonly Entry[]) => writeEntries(database, entries)
  if (!groupCommit) return async (entry) => (await write([entry]))[0] ?? false
  return createBatches({ write, keyOf, most: MOST, limitMs })
}

/** Two ends of one run: the second must see the first. Two begins of one key may meet, the first in order wins. */
function keyOf(entry: Entry): string | null {
  return entry.kind === 'end' ? JSON.stringify([entry.end.workspaceId, entry.end.id]) : null
}

async function writeEntries(database: Database, entries: readonly Entry[]): Promise<readonly boolean[]> {
  const values: Value[] = []
  const starts = inOneOrder(entries.flatMap((entry) => (entry.kind === 'begin' ? [entry.start] : [])))
  const ends = entries.flatMap((entry) => (entry.kind === 'end' ? [entry.end] : []))
  const events = entries.flatMap((entry) => (entry.kind === 'append' ? entry.events : []))
  const parts = [
    ...(starts.length === 0 ? [] : [`begun as (${begin(database.schemaPrefix, starts, values)})`]),
    ...(ends.length === 0 ? [] : [`ended as (${end(database.schemaPrefix, ends, values)})`]),
    ...(events.length === 0 ? [] : [`appended as (${append(database.schemaPrefix, events, values)})`]),
  ]
  if (parts.length === 0) return entries.map(() => true)
  const answer = starts.length === 0 ? `'[]'` : `coalesce((select json_agg(id) from begun), '[]')::text`
  const [begun = []] = await database.query<readonly string[]>(
    `with ${parts.join(', ')} select ${answer} as row`,
    values,
  )
  const started = new Set(begun)
  return entries.map((entry) => entry.kind !== 'begin' || started.has(entry.start.id))
}

/**
 * Two nodes that write the same keys in different orders would each wait for the other, until PostgreSQL ends one of them. All take them in
 * one order; of equal keys the first stays the first.
 */
function inOneOrder(starts: readonly RunStart[]): readonly RunStart[] {
  const keyed = (start: RunStart) => start.idempotencyKey ?? ''
  return [...starts].sort((a, b) => (keyed(a) < keyed(b) ? -1 : keyed(a) > keyed(b) ? 1 : 0))
}

const START: readonly Column<RunStart>[] = [
  { field: 'id', type: 'text', of: ({ id }) => id },
  { field: 'workspaceId', type: 'text', of: ({ workspaceId }) => workspaceId },
  { field: 'memberId', type: 'text', of: ({ memberId }) => memberId },
  { field: 'credentialId', type: 'text', of: ({ credentialId }) => credentialId },
  { field: 'credentialKind', type: 'text', of: ({ credentialKind }) => credentialKind ?? null },
  { field: 'face', type: 'text', of: ({ face }) => face },
  { field: 'era', type: 'text', of: ({ era }) => era },
  { field: 'tool', type: 'text', of: ({ tool }) => tool },
  { field: 'argumentsDigest', type: 'text', of: ({ argumentsDigest }) => argumentsDigest },
  { field: 'idempotencyKey', type: 'text', of: ({ idempotencyKey }) => idempotencyKey },
  { field: 'correlationId', type: 'text', of: ({ correlationId }) => correlationId },
  { field: 'startedAt', type: 'timestamptz', of: ({ startedAt }) => startedAt.toISOString() },
]
const LEASE: Column<RunStart> = { field: 'leaseMs', type: 'bigint', of: ({ leaseMs }) => leaseMs }

function begin(schemaPrefix: string, starts: readonly RunStart[], values: Value[]): string {
  return `insert into ${schemaPrefix}runs (${names(START)}, status, begun_at, lease_ends_at)
    select ${typed(START)}, 'running', statement_timestamp(),
      statement_timestamp() + given.lease_ms::bigint * interval '1 millisecond'
    from ${unnestColumns([...START, LEASE], starts, values)} order by place
    on conflict do nothing returning id`
}

const END: readonly Column<RunEnd>[] = [
  { field: 'id', type: 'text', of: ({ id }) => id },
  { field: 'workspaceId', type: 'text', of: ({ workspaceId }) => workspaceId },
  { field: 'status', type: 'text', of: ({ status }) => status },
  { field: 'approvalId', type: 'text', of: ({ approvalId }) => approvalId },
  { field: 'errorCode', type: 'text', of: ({ errorCode }) => errorCode },
  { field: 'endedAt', type: 'timestamptz', of: ({ endedAt }) => endedAt.toISOString() },
  {
    field: 'outcome',
    type: 'json',
    of: ({ outcome }) => (outcome === null ? null : JSON.stringify(outcome)),
  },
  { field: 'note', type: 'text', of: ({ note }) => note ?? null },
  { field: 'keepsNote', type: 'boolean', of: ({ note }) => note === undefined },
  { field: 'ifNote', type: 'text', of: ({ ifNote }) => ifNote ?? null },
  { field: 'anyNote', type: 'boolean', of: ({ ifNote }) => ifNote === undefined },
]

/** A run that waited, or whose lease is over, still ends; one that has ended does not end again. */
function end(schemaPrefix: string, ends: readonly RunEnd[], values: Value[]): string {
  return `update ${schemaPrefix}runs run set status = given.status, approval_id = given.approval_id, error_code = given.error_code,
      ended_at = given.ended_at::timestamptz, outcome = given.outcome::json,
      note = case when given.keeps_note::boolean then run.note else given.note end
    from ${unnestColumns(END, ends, values)}
    where run.workspace_id = given.workspace_id and run.id = given.id
      and run.status in ('running', 'pending_approval', 'input_required')
      and (given.any_note::boolean or run.note is not distinct from given.if_note)`
}

const EVENT: readonly Column<AuditEvent>[] = [
  { field: 'id', type: 'text', of: ({ id }) => id },
  { field: 'at', type: 'timestamptz', of: ({ at }) => at.toISOString() },
  { field: 'workspaceId', type: 'text', of: ({ workspaceId }) => workspaceId },
  { field: 'type', type: 'text', of: ({ type }) => type },
  { field: 'memberId', type: 'text', of: ({ memberId }) => memberId },
  { field: 'event', type: 'json', of: (event) => JSON.stringify(event) },
]

/** Numbered in the order given. A text that PostgreSQL cannot look into must not keep an event, or those that share its write, out. */
export function append(schemaPrefix: string, appended: readonly AuditEvent[], values: Value[]): string {
  const events = storableJson(appended)
  return `insert into ${schemaPrefix}audit_events (${names(EVENT)}, recorded_at)
    select ${typed(EVENT)}, statement_timestamp()
    from ${unnestColumns(EVENT, events, values)} order by place`
}
