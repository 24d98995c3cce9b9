/** Writes all changes of runs and all audit events: those that come together share one statement and one commit. */

import { storableJson } from '../../adapter-kit/storable.js'
import type { AuditEvent } from '../../adapters/audit.js'
import type { RunEnd, RunStart, RunUpdate } from '../../adapters/runs.js'
import type { Database, Value } from '../database/database.js'
import { type Column, names, typed, unnestColumns } from '../database/fields.js'
import { createBatches } from './batches.js'

type Entry =
  | { readonly kind: 'begin'; readonly start: RunStart }
  | { readonly kind: 'update'; readonly update: RunUpdate }
  | { readonly kind: 'end'; readonly end: RunEnd }
  | { readonly kind: 'append'; readonly events: readonly AuditEvent[] }

/**
 * Writes an entry. Resolves when it is durable: with `false` for a run that did not begin, because another run has its idempotency key, and for an
 * update that was not written.
 */
export type Journal = (entry: Entry) => Promise<boolean>

/** Options of `createJournal`. */
export interface JournalOptions {
  /** `false`: each entry is a statement of its own. */
  readonly groupCommit: boolean
  /** The time limit of a write, in milliseconds. */
  readonly limitMs: number
}

/** The most entries in one statement. */
const MOST = 200

/** Makes a journal. */
export function createJournal(database: Database, { groupCommit, limitMs }: JournalOptions): Journal {
  const write = (entries: readonly Entry[]) => writeEntries(database, entries)
  if (!groupCommit) return async (entry) => (await write([entry]))[0] ?? false
  return createBatches({ write, keyOf, most: MOST, limitMs })
}

/** Two changes of one run never share a statement: the second must see the first. Two begins with one idempotency key may: the first in order wins. */
function keyOf(entry: Entry): string | null {
  switch (entry.kind) {
    case 'end':
      return JSON.stringify([entry.end.workspaceId, entry.end.id])
    case 'update':
      return JSON.stringify([entry.update.workspaceId, entry.update.id])
    default:
      return null
  }
}

async function writeEntries(database: Database, entries: readonly Entry[]): Promise<readonly boolean[]> {
  const values: Value[] = []
  const starts = inOneOrder(entries.flatMap((entry) => (entry.kind === 'begin' ? [entry.start] : [])))
  const updates = entries.flatMap((entry) => (entry.kind === 'update' ? [entry.update] : []))
  const ends = entries.flatMap((entry) => (entry.kind === 'end' ? [entry.end] : []))
  const events = entries.flatMap((entry) => (entry.kind === 'append' ? entry.events : []))
  const { schemaPrefix } = database
  const parts = [
    ...(starts.length === 0 ? [] : [`begun as (${begin(schemaPrefix, starts, values)})`]),
    ...(updates.length === 0 ? [] : [`updated as (${update(schemaPrefix, updates, values)})`]),
    ...(ends.length === 0 ? [] : [`ended as (${end(schemaPrefix, ends, values)})`]),
    ...(events.length === 0 ? [] : [`appended as (${append(schemaPrefix, events, values)})`]),
  ]
  if (parts.length === 0) return entries.map(() => true)
  const begun = starts.length === 0 ? 'null' : '(select json_agg(id) from begun)'
  const updated = updates.length === 0 ? 'null' : '(select json_agg(place) from updated)'
  const [[started, written] = [null, null]] = await database.query<Written>(
    `with ${parts.join(', ')} select json_build_array(${begun}, ${updated})::text as row`,
    values,
  )
  return answersTo(entries, new Set(started), new Set(written?.map((place) => updates[place - 1])))
}

/** The ids of the runs that began, and the places (from 1) of the updates that were written. */
type Written = readonly [readonly string[] | null, readonly number[] | null]

function answersTo(
  entries: readonly Entry[],
  started: ReadonlySet<string>,
  written: ReadonlySet<RunUpdate | undefined>,
): readonly boolean[] {
  return entries.map((entry) => {
    switch (entry.kind) {
      case 'begin':
        return started.has(entry.start.id)
      case 'update':
        return written.has(entry.update)
      default:
        return true
    }
  })
}

/**
 * Sorts by idempotency key. Two nodes that insert the same keys in different orders would deadlock. Equal keys keep their order.
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

/** The columns that an end and an update have in common. */
const CHANGE: readonly Column<RunEnd | RunUpdate>[] = [
  { field: 'id', type: 'text', of: ({ id }) => id },
  { field: 'workspaceId', type: 'text', of: ({ workspaceId }) => workspaceId },
  { field: 'status', type: 'text', of: ({ status }) => status },
  { field: 'approvalId', type: 'text', of: ({ approvalId }) => approvalId },
  { field: 'errorCode', type: 'text', of: ({ errorCode }) => errorCode },
  { field: 'endedAt', type: 'timestamptz', of: ({ endedAt }) => endedAt.toISOString() },
  { field: 'ifCheckpoint', type: 'text', of: ({ ifCheckpoint }) => ifCheckpoint ?? null },
  { field: 'anyCheckpoint', type: 'boolean', of: ({ ifCheckpoint }) => ifCheckpoint === undefined },
]
const SET = `status = given.status, approval_id = given.approval_id, error_code = given.error_code,
      ended_at = given.ended_at::timestamptz`
/** Only a run that has not ended changes. It may be waiting, and its lease may be over. */
const OPEN = `run.workspace_id = given.workspace_id and run.id = given.id
      and run.status in ('running', 'pending_approval', 'input_required')
      and (given.any_checkpoint::boolean or run.checkpoint is not distinct from given.if_checkpoint)`

const UPDATE: readonly Column<RunUpdate>[] = [
  ...CHANGE,
  { field: 'checkpoint', type: 'text', of: ({ checkpoint }) => checkpoint ?? null },
  { field: 'keepsCheckpoint', type: 'boolean', of: ({ checkpoint }) => checkpoint === undefined },
]

function update(schemaPrefix: string, updates: readonly RunUpdate[], values: Value[]): string {
  return `update ${schemaPrefix}runs run set ${SET},
      checkpoint = case when given.keeps_checkpoint::boolean then run.checkpoint else given.checkpoint end
    from ${unnestColumns(UPDATE, updates, values)} where ${OPEN} returning given.place`
}

const END: readonly Column<RunEnd>[] = [
  ...CHANGE,
  { field: 'outcome', type: 'json', of: ({ outcome }) => JSON.stringify(outcome) },
]

function end(schemaPrefix: string, ends: readonly RunEnd[], values: Value[]): string {
  return `update ${schemaPrefix}runs run set ${SET}, outcome = given.outcome::json
    from ${unnestColumns(END, ends, values)} where ${OPEN}`
}

const EVENT: readonly Column<AuditEvent>[] = [
  { field: 'id', type: 'text', of: ({ id }) => id },
  { field: 'at', type: 'timestamptz', of: ({ at }) => at.toISOString() },
  { field: 'workspaceId', type: 'text', of: ({ workspaceId }) => workspaceId },
  { field: 'type', type: 'text', of: ({ type }) => type },
  { field: 'memberId', type: 'text', of: ({ memberId }) => memberId },
  { field: 'event', type: 'json', of: (event) => JSON.stringify(event) },
]

/** Inserts events in the order given. Texts that PostgreSQL cannot store are replaced: they must not fail the event or others in its write. */
export function append(schemaPrefix: string, appended: readonly AuditEvent[], values: Value[]): string {
  const events = storableJson(appended)
  return `insert into ${schemaPrefix}audit_events (${names(EVENT)}, recorded_at)
    select ${typed(EVENT)}, statement_timestamp()
    from ${unnestColumns(EVENT, events, values)} order by place`
}
