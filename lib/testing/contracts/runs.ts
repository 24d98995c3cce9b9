/** The contract suite of the runs adapter: durable before the tool runs, one run for one idempotency key, one outcome for one run. */

import assert from 'node:assert/strict'
import type { RunQuery, RunStart, RunsAdapter } from '../../adapters/runs.js'
import { outcomeOf, runEnd, runStart, runUpdate } from '../harness/context.js'
import { allPages, type Cases, defineContract, MANY, times, uniqueId } from '../harness/runner.js'
import { type RunsHarness, running, runsLeaseCases } from './runs-lease-cases.js'
import { runsUpdateCases } from './runs-update-cases.js'

const recordCases: Cases<RunsHarness> = {
  'keeps a run from its beginning to its end': async ({ adapter }) => {
    const start = runStart({ workspaceId: uniqueId('ws') })
    assert.deepEqual(await adapter.begin(start), { started: true })
    assert.deepEqual(await adapter.get(start), running(start))
    const end = { ...runEnd(start), approvalId: 'apr_1' }
    await adapter.end(end)
    assert.deepEqual(await adapter.get(start), { ...running(start), ...end })
  },
  'finds no run of another workspace, and ends none': async ({ adapter }) => {
    const start = runStart({ workspaceId: uniqueId('ws') })
    const other = { id: start.id, workspaceId: uniqueId('ws') }
    await adapter.begin(start)
    assert.equal(await adapter.get(other), null)
    await adapter.end(runEnd(other))
    assert.deepEqual(await adapter.get(start), running(start))
    assert.equal(await adapter.get({ ...start, id: uniqueId('run') }), null)
    for (const odd of ['a\0b', '\ud800']) {
      const { workspaceId } = start
      assert.equal(await adapter.get({ workspaceId, id: odd }), null)
      for (const filter of [{ workspaceId: odd }, { workspaceId, memberId: odd }, { workspaceId, tool: odd }])
        assert.deepEqual((await adapter.list({ ...filter, limit: 10, cursor: null })).runs, [])
    }
  },
  'ends a run that waited, and ends no run twice': async ({ adapter }) => {
    for (const status of ['pending_approval', 'input_required'] as const) {
      const start = runStart({ workspaceId: uniqueId('ws'), idempotencyKey: 'once' })
      const end = { ...runEnd(start), approvalId: 'apr_1' }
      await adapter.begin(start)
      await adapter.update({ ...runUpdate(start), status, approvalId: 'apr_1' })
      assert.equal((await adapter.get(start))?.status, status)
      await adapter.end(end)
      await adapter.end(end)
      const failed = { status: 'failed', errorCode: 'TOOL_FAILED' } as const
      await adapter.end({ ...end, ...failed, outcome: { ...end.outcome, ...failed, result: null } })
      assert.deepEqual(await adapter.get(start), { ...running(start), ...end })
    }
  },
  'keeps every member of an outcome': async ({ adapter }) => {
    const start = runStart({ workspaceId: uniqueId('ws') })
    const failed = { status: 'failed', errorCode: 'APPROVAL_EXPIRED' } as const
    const outcome = { ...outcomeOf(start.id), ...failed, message: 'Too late.', result: null }
    await adapter.begin(start)
    await adapter.end({ ...runEnd(start), ...failed, outcome: { ...outcome, repeatable: true } })
    assert.deepEqual((await adapter.get(start))?.outcome, { ...outcome, repeatable: true })
  },
}

const idempotencyCases: Cases<RunsHarness> = {
  [`starts one of ${MANY} concurrent runs with one idempotency key, and gives it to all others`]: async ({
    adapter,
  }) => {
    const scope = { workspaceId: uniqueId('ws'), idempotencyKey: uniqueId('once') }
    const starts = times(MANY, () => runStart(scope))
    const begun = await Promise.all(starts.map((start) => adapter.begin(start)))
    const started = starts.filter((_, i) => begun[i]?.started)
    assert.equal(started.length, 1)
    const joined = begun.flatMap((result) => (result.started ? [] : [result.run.id]))
    assert.deepEqual([...new Set(joined)], [started[0]?.id])
    const { runs } = await adapter.list({ workspaceId: scope.workspaceId, limit: MANY, cursor: null })
    assert.deepEqual(
      runs.map(({ id }) => id),
      [started[0]?.id],
    )
  },
  'gives a repeat the run as it is now': async ({ adapter }) => {
    const scope = { workspaceId: uniqueId('ws'), idempotencyKey: 'once' }
    const start = runStart(scope)
    await adapter.begin(start)
    assert.deepEqual(await adapter.begin(runStart(scope)), { started: false, run: running(start) })
    await adapter.end(runEnd(start))
    assert.deepEqual(await adapter.begin(runStart(scope)), {
      started: false,
      run: { ...running(start), ...runEnd(start) },
    })
  },
  'scopes an idempotency key to workspace, member and tool': async ({ adapter }) => {
    const base = { workspaceId: uniqueId('ws'), idempotencyKey: 'once' }
    await adapter.begin(runStart(base))
    const others: readonly Partial<RunStart>[] = [
      { workspaceId: uniqueId('ws') },
      { memberId: 'mem_2' },
      { tool: 'contract.other' },
      { idempotencyKey: 'ONCE' },
      { idempotencyKey: 'once ' },
    ]
    for (const other of others)
      assert.deepEqual(await adapter.begin(runStart({ ...base, ...other })), { started: true })
  },
  'starts every run without an idempotency key': async ({ adapter }) => {
    const workspaceId = uniqueId('ws')
    const begun = await Promise.all(times(MANY, () => adapter.begin(runStart({ workspaceId }))))
    assert.ok(begun.every(({ started }) => started))
  },
}

const listCases: Cases<RunsHarness> = {
  'lists the newest first, each once over all pages': async ({ adapter }) => {
    const workspaceId = uniqueId('ws')
    const ids = await beginSeven(adapter, workspaceId)
    for (const limit of [1, 3, 7, 100]) assert.deepEqual(await listIds(adapter, { workspaceId, limit }), ids)
    assert.deepEqual(await listIds(adapter, { workspaceId: uniqueId('ws'), limit: 10 }), [])
  },
  'lists runs that began at the same moment once each': async ({ adapter }) => {
    const workspaceId = uniqueId('ws')
    const starts = times(7, () => runStart({ workspaceId }))
    for (const start of starts) await adapter.begin(start)
    const listed = await listIds(adapter, { workspaceId, limit: 2 })
    assert.deepEqual([...listed].sort(), starts.map(({ id }) => id).sort())
  },
  'repeats and skips nothing when runs begin between two pages': async ({ adapter }) => {
    const workspaceId = uniqueId('ws')
    const ids = await beginSeven(adapter, workspaceId)
    const later = () => runStart({ workspaceId, startedAt: new Date('2026-02-01T00:00:00Z') })
    const listed = await listIds(
      adapter,
      { workspaceId, limit: 2 },
      async () => void (await adapter.begin(later())),
    )
    assert.deepEqual(listed, ids)
  },
  'lists by member, status and tool, also in pages': async ({ adapter }) => {
    const workspaceId = uniqueId('ws')
    const ids = await beginSeven(adapter, workspaceId)
    const [newest = ''] = ids
    await adapter.end(runEnd({ id: newest, workspaceId }))
    const even = ids.filter((_, i) => i % 2 === 0)
    const odd = ids.filter((_, i) => i % 2 === 1)
    for (const limit of [1, 2, 10]) {
      const by = (filter: Partial<RunQuery>) => listIds(adapter, { workspaceId, limit, ...filter })
      assert.deepEqual(await by({ memberId: 'mem_even' }), even)
      assert.deepEqual(await by({ tool: 'contract.odd' }), odd)
      assert.deepEqual(await by({ status: 'succeeded' }), [newest])
      assert.deepEqual(await by({ memberId: 'mem_even', status: 'running' }), even.slice(1))
      assert.deepEqual(await by({ memberId: 'mem_even', tool: 'contract.odd' }), [])
    }
  },
}

/**
 * Runs the contract suite of the runs adapter. `create` gives a new harness for each case.
 *
 * @example
 * runsContract({ describe, it }, async () => ({ adapter: createInMemoryRuns() }))
 */
export const runsContract = defineContract<RunsHarness, 'extend'>('runs contract', {
  ...recordCases,
  ...runsUpdateCases,
  ...runsLeaseCases,
  ...idempotencyCases,
  ...listCases,
})

/** Starts runs and gives their ids, newest first. The newest and every second one after it belong to `mem_even`. */
async function beginSeven(adapter: RunsAdapter, workspaceId: string): Promise<readonly string[]> {
  const starts = times(7, (i) =>
    runStart({
      workspaceId,
      memberId: i % 2 === 0 ? 'mem_even' : 'mem_odd',
      tool: i % 2 === 0 ? 'contract.even' : 'contract.odd',
      startedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, i)),
    }),
  )
  for (const start of starts) await adapter.begin(start)
  return starts.map(({ id }) => id).reverse()
}

function listIds(
  adapter: RunsAdapter,
  query: Omit<RunQuery, 'cursor'>,
  between: () => Promise<void> = async () => {},
): Promise<readonly string[]> {
  return allPages(async (cursor) => {
    const { runs, nextCursor } = await adapter.list({ ...query, cursor })
    assert.ok(runs.length <= query.limit)
    await between()
    return { items: runs.map(({ id }) => id), nextCursor }
  })
}
