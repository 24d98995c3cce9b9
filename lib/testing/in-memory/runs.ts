/** Runs in memory, for tests and examples only: unbounded, and they end with the process. */

import { assertListLimit } from '../../adapter-kit/list-limit.js'
import type {
  Run,
  RunEnd,
  RunOutcome,
  RunQuery,
  RunStart,
  RunsAdapter,
  RunUpdate,
} from '../../adapters/runs.js'
import { frozenCopy } from './frozen-copy.js'
import { type Clock, keyed } from './keyed.js'

/** Runs in memory. */
export interface InMemoryRuns extends RunsAdapter {
  /** Extends the lease of a running run. */
  extend: NonNullable<RunsAdapter['extend']>
  /** All runs, in the order in which they began. */
  all(): readonly Run[]
}

/** The store's own record, with times as numbers. Readers get a copy. */
interface Row
  extends Omit<
    Run,
    'status' | 'approvalId' | 'errorCode' | 'checkpoint' | 'startedAt' | 'endedAt' | 'outcome'
  > {
  status: Run['status']
  approvalId: string | null
  errorCode: Run['errorCode']
  checkpoint: string | null
  readonly startedAt: number
  endedAt: number | null
  outcome: (Omit<RunOutcome, 'endedAt'> & { readonly endedAt: number }) | null
  leaseEndsAt: number
}

/** The runs of one workspace. */
interface Table {
  readonly byId: Map<string, Row>
  /** In the order in which they began. The place of a run never changes, so it serves as cursor. */
  readonly rows: Row[]
}

function tableOf(tables: Map<string, Table>, workspaceId: string): Table {
  const table = tables.get(workspaceId) ?? { byId: new Map(), rows: [] }
  tables.set(workspaceId, table)
  return table
}

/**
 * Makes runs in memory. Filters scan the runs of the workspace; everything else uses an index.
 *
 * @example
 * const runs = createInMemoryRuns()
 * const failed = runs.all().filter(({ status }) => status === 'failed')
 */
export function createInMemoryRuns({
  clock = () => new Date(),
}: {
  /** Decides when leases end. Default: the real time. */
  readonly clock?: Clock
} = {}): InMemoryRuns {
  const all: Row[] = []
  const idByKey = new Map<string, string>()
  const tables = new Map<string, Table>()
  const stored = (workspaceId: string, id: string) => tables.get(workspaceId)?.byId.get(id) ?? null
  const find = (workspaceId: string, id: string) => {
    const row = stored(workspaceId, id)
    return row === null ? null : asOf(row, clock())
  }
  return {
    all: () => all.map((row) => asOf(row, clock())),
    async begin(start) {
      const scope = scopeOf(start)
      const earlier = scope === null ? null : find(start.workspaceId, idByKey.get(scope) ?? '')
      if (earlier !== null) return { started: false, run: earlier }
      if (scope !== null) idByKey.set(scope, start.id)
      const row = running(start, clock())
      all.push(row)
      addTo(tableOf(tables, start.workspaceId), row)
      return { started: true }
    },
    end: async (end) => void change(stored(end.workspaceId, end.id), end, endAs),
    update: async (update) => change(stored(update.workspaceId, update.id), update, updateAs),
    async extend({ id, workspaceId, leaseMs }) {
      const row = stored(workspaceId, id)
      if (row !== null && statusOf(row, clock()) === 'running') row.leaseEndsAt = clock().getTime() + leaseMs
    },
    get: async ({ workspaceId, id }) => find(workspaceId, id),
    async list(query) {
      assertListLimit(query.limit)
      return pageOf(tables.get(query.workspaceId)?.rows ?? [], query, clock())
    },
  }
}

function addTo({ byId, rows }: Table, row: Row): void {
  byId.set(row.id, row)
  rows.push(row)
}

/** Changes the row if it may change. Gives whether it did. */
function change<C extends RunEnd | RunUpdate>(
  row: Row | null,
  wanted: C,
  apply: (row: Row, wanted: C) => void,
): boolean {
  if (row === null || !mayChange(row, wanted)) return false
  apply(row, wanted)
  return true
}

/** Copies member by member, which is faster than a spread: every call makes one. */
function running(start: RunStart, now: Date): Row {
  return {
    id: start.id,
    workspaceId: start.workspaceId,
    memberId: start.memberId,
    credentialId: start.credentialId,
    credentialKind: start.credentialKind,
    face: start.face,
    era: start.era,
    tool: start.tool,
    argumentsDigest: start.argumentsDigest,
    idempotencyKey: start.idempotencyKey,
    correlationId: start.correlationId,
    startedAt: start.startedAt.getTime(),
    status: 'running',
    approvalId: null,
    endedAt: null,
    errorCode: null,
    outcome: null,
    checkpoint: null,
    leaseEndsAt: now.getTime() + start.leaseMs,
  }
}

function endAs(row: Row, end: RunEnd): void {
  changeTo(row, end)
  const { outcome } = end
  row.outcome = { ...outcome, endedAt: outcome.endedAt.getTime(), result: frozenCopy(outcome.result) }
}

function updateAs(row: Row, update: RunUpdate): void {
  changeTo(row, update)
  if (update.checkpoint !== undefined) row.checkpoint = update.checkpoint
}

function changeTo(row: Row, { status, approvalId, endedAt, errorCode }: RunEnd | RunUpdate): void {
  row.status = status
  row.approvalId = approvalId
  row.endedAt = endedAt.getTime()
  row.errorCode = errorCode
}

function scopeOf({ workspaceId, memberId, tool, idempotencyKey }: Omit<RunStart, 'leaseMs'>): string | null {
  return idempotencyKey === null ? null : keyed(workspaceId, memberId, tool, idempotencyKey)
}

/** The run as readers get it. */
function asOf(row: Row, now: Date): Run {
  const { leaseEndsAt: _, startedAt, endedAt, outcome, ...rest } = row
  return Object.freeze({
    ...rest,
    status: statusOf(row, now),
    startedAt: new Date(startedAt),
    endedAt: endedAt === null ? null : new Date(endedAt),
    outcome: outcome && Object.freeze({ ...outcome, endedAt: new Date(outcome.endedAt) }),
  })
}

/** A running run whose lease is over reads `unknown`. It may still end, because a late outcome is better. */
function statusOf({ status, leaseEndsAt }: Row, now: Date): Run['status'] {
  return status === 'running' && leaseEndsAt <= now.getTime() ? 'unknown' : status
}

/** Whether a run has not ended, so that it may change, and has the expected checkpoint. */
function mayChange({ status, checkpoint }: Row, { ifCheckpoint }: RunEnd | RunUpdate): boolean {
  const isOpen = status === 'running' || status === 'pending_approval' || status === 'input_required'
  return isOpen && (ifCheckpoint === undefined || ifCheckpoint === checkpoint)
}

/** Goes back from the newest run, or from the end of the page before. */
function pageOf(rows: readonly Row[], query: RunQuery, now: Date): Awaited<ReturnType<RunsAdapter['list']>> {
  const runs: Run[] = []
  const from = query.cursor === null ? rows.length : Number.parseInt(query.cursor, 10)
  for (let place = from - 1; place >= 0; place -= 1) {
    const row = rows[place]
    if (row === undefined || !fits(row, query, now)) continue
    // There is one more run: the next page begins with it.
    if (runs.length === query.limit) return { runs, nextCursor: String(place + 1) }
    runs.push(asOf(row, now))
  }
  return { runs, nextCursor: null }
}

function fits(row: Row, { memberId, status, tool }: RunQuery, now: Date): boolean {
  return (
    (memberId === undefined || row.memberId === memberId) &&
    (status === undefined || statusOf(row, now) === status) &&
    (tool === undefined || row.tool === tool)
  )
}
