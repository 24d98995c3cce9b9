/** Cases of the runs contract about leases: the status of a run that does not end. */

import assert from 'node:assert/strict'
import type { Run, RunStart, RunsAdapter } from '../../adapters/runs.js'
import { runEnd, runStart, runUpdate } from '../harness/context.js'
import { type Cases, type Harness, needing, sleep, uniqueId } from '../harness/runner.js'

/** What `runsContract` needs: a runs adapter, and its clock if it can be moved. */
export interface RunsHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: RunsAdapter
  /** Moves the store's clock forward. Without it the cases wait for short times. */
  advance?(ms: number): Promise<void>
}

/** A short time to wait for. Cases expect only that it ends, never that it lasts. */
const SHORT_MS = 1000

async function passShortTime({ advance }: RunsHarness): Promise<void> {
  if (advance === undefined) await sleep(SHORT_MS + 300)
  else await advance(SHORT_MS)
}

export function running({ leaseMs: _, ...start }: RunStart): Run {
  return {
    ...start,
    status: 'running',
    approvalId: null,
    endedAt: null,
    errorCode: null,
    outcome: null,
    checkpoint: null,
  }
}

export const runsLeaseCases: Cases<RunsHarness, 'extend'> = {
  'reads unknown once its lease is over, and still accepts its outcome': async (harness) => {
    const { adapter } = harness
    const workspaceId = uniqueId('ws')
    const start = runStart({ workspaceId, leaseMs: SHORT_MS, idempotencyKey: 'once' })
    await adapter.begin(start)
    await passShortTime(harness)
    const lost: Run = { ...running(start), status: 'unknown' }
    assert.deepEqual(await adapter.get(start), lost)
    assert.deepEqual(await adapter.begin(runStart({ workspaceId, idempotencyKey: 'once' })), {
      started: false,
      run: lost,
    })
    const { runs } = await adapter.list({ workspaceId, status: 'unknown', limit: 10, cursor: null })
    assert.deepEqual(runs, [lost])
    await adapter.end(runEnd(start))
    assert.equal((await adapter.get(start))?.status, 'succeeded')
  },
  'has no lease while it waits for a decision': async (harness) => {
    const { adapter } = harness
    const start = runStart({ workspaceId: uniqueId('ws'), leaseMs: SHORT_MS })
    await adapter.begin(start)
    await adapter.update({ ...runUpdate(start), status: 'pending_approval' })
    await passShortTime(harness)
    assert.equal((await adapter.get(start))?.status, 'pending_approval')
  },
  'moves the lease of a running run, and of no other': needing(
    'extend',
    ({ adapter }: RunsHarness) => adapter.extend?.bind(adapter),
    async (harness, extend) => {
      const { adapter } = harness
      const workspaceId = uniqueId('ws')
      const [kept, foreign] = [
        runStart({ workspaceId, leaseMs: SHORT_MS }),
        runStart({ workspaceId, leaseMs: SHORT_MS }),
      ]
      await adapter.begin(kept)
      await adapter.begin(foreign)
      await extend({ id: kept.id, workspaceId, leaseMs: 60_000 })
      await extend({ id: foreign.id, workspaceId: uniqueId('ws'), leaseMs: 60_000 })
      await passShortTime(harness)
      assert.equal((await adapter.get(kept))?.status, 'running')
      await extend({ id: foreign.id, workspaceId, leaseMs: 60_000 })
      assert.equal((await adapter.get(foreign))?.status, 'unknown')
    },
  ),
}
