/** Runs in memory. For tests and examples only: unbounded, and gone with the process. */

import type { Run, RunEnd, RunQuery, RunStart, RunsAdapter } from '../adapters/runs.js'
import { frozenCopy, innerCopy } from './frozen-copy.js'
import { type Clock, keyed, listOf } from './keyed.js'

export interface InMemoryRuns extends RunsAdapter {
  extend: NonNullable<RunsAdapter['extend']>
  /** In the order in which they began. */
  all(): readonly Run[]
}

/** The store's own record, changed in place: what is handed out is a copy. */
type StoredRun = { -readonly [Member in keyof Run]: Run[Member] } & { leaseEndsAt: Date }

/** Filters look through the runs of the workspace; everything else goes by an index. */
export function createInMemoryRuns({
  clock = () => new Date(),
}: {
  /** Default: the real time. Leases end by it. */
  readonly clock?: Clock
} = {}): InMemoryRuns {
  const byId = new Map<string, StoredRun>()
  const idByKey = new Map<string, string>()
  /** Ids in the order in which they began. A place in it never changes, so it serves as cursor. */
  const byWorkspace = new Map<string, string[]>()
  const stored = (workspaceId: string, id: string) => byId.get(keyed(workspaceId, id)) ?? null
  const find = (workspaceId: string, id: string) => {
    const run = stored(workspaceId, id)
    return run === null ? null : asOf(run, clock())
  }
  return {
    all: () => [...byId.values()].map((run) => frozenCopy(asOf(run, clock()))),
    async begin(start) {
      const scope = scopeOf(start)
      const earlier = scope === null ? null : find(start.workspaceId, idByKey.get(scope) ?? '')
      if (earlier !== null) return { started: false, run: frozenCopy(earlier) }
      if (scope !== null) idByKey.set(scope, start.id)
      byId.set(keyed(start.workspaceId, start.id), running(start, clock()))
      listOf(byWorkspace, start.workspaceId).push(start.id)
      return { started: true }
    },
    async end(end) {
      const run = stored(end.workspaceId, end.id)
      const expected = end.ifNote === undefined || end.ifNote === run?.note
      if (run !== null && expected && isOpen(run)) endAs(run, end)
    },
    async extend({ id, workspaceId, leaseMs }) {
      const run = stored(workspaceId, id)
      if (run !== null && find(workspaceId, id)?.status === 'running')
        run.leaseEndsAt = after(clock(), leaseMs)
    },
    async get({ workspaceId, id }) {
      return frozenCopy(find(workspaceId, id))
    },
    async list(query) {
      const ids = byWorkspace.get(query.workspaceId) ?? []
      return pageOf(ids, query, (id) => find(query.workspaceId, id))
    },
  }
}

/** Member by member, as in the pipeline: there are two of these for every call. */
function running(start: RunStart, now: Date): StoredRun {
  return {
    id: start.id,
    workspaceId: start.workspaceId,
    memberId: start.memberId,
    credentialId: start.credentialId,
    face: start.face,
    era: start.era,
    tool: start.tool,
    argumentsDigest: start.argumentsDigest,
    idempotencyKey: start.idempotencyKey,
    correlationId: start.correlationId,
    startedAt: innerCopy(start.startedAt),
    status: 'running',
    approvalId: null,
    endedAt: null,
    errorCode: null,
    outcome: null,
    note: null,
    leaseEndsAt: after(now, start.leaseMs),
  }
}

function endAs(
  run: StoredRun,
  { status, approvalId, endedAt, errorCode, outcome, note = run.note }: RunEnd,
): void {
  run.status = status
  run.approvalId = approvalId
  run.endedAt = innerCopy(endedAt)
  run.errorCode = errorCode
  run.outcome = innerCopy(outcome)
  run.note = note
}

function scopeOf({ workspaceId, memberId, tool, idempotencyKey }: Omit<RunStart, 'leaseMs'>): string | null {
  return idempotencyKey === null ? null : keyed(workspaceId, memberId, tool, idempotencyKey)
}

/** What a reader sees: a run whose lease is over ended nobody knows how. It may still end, for a late truth is better. */
function asOf({ leaseEndsAt, ...run }: StoredRun, now: Date): Run {
  return run.status === 'running' && leaseEndsAt <= now ? { ...run, status: 'unknown' } : run
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms)
}

/** Whether it can still end: the first outcome stands. */
function isOpen({ status }: Run): boolean {
  return status === 'running' || status === 'pending_approval' || status === 'input_required'
}

/** Walks back from the newest, or from where the page before ended. */
function pageOf(
  ids: readonly string[],
  query: RunQuery,
  find: (id: string) => Run | null,
): Awaited<ReturnType<RunsAdapter['list']>> {
  const runs: Run[] = []
  const from = query.cursor === null ? ids.length : Number.parseInt(query.cursor, 10)
  for (let place = from - 1; place >= 0; place -= 1) {
    const run = find(ids[place] ?? '')
    if (run === null || !fits(run, query)) continue
    // One more fits: the next page begins with it.
    if (runs.length === query.limit) return { runs, nextCursor: String(place + 1) }
    runs.push(frozenCopy(run))
  }
  return { runs, nextCursor: null }
}

function fits(run: Run, { memberId, status, tool }: RunQuery): boolean {
  return (
    (memberId === undefined || run.memberId === memberId) &&
    (status === undefined || run.status === status) &&
    (tool === undefined || run.tool === tool)
  )
}
