/** Cases of the runs contract about updates of runs that have not ended: what they wait for, and their checkpoint. */

import assert from 'node:assert/strict'
import { runEnd, runStart, runUpdate } from '../harness/context.js'
import { type Cases, MANY, times, uniqueId } from '../harness/runner.js'
import { type RunsHarness, running } from './runs-lease-cases.js'

export const runsUpdateCases: Cases<RunsHarness> = {
  'writes what a run waits for, and says so': async ({ adapter }) => {
    const start = runStart({ workspaceId: uniqueId('ws') })
    await adapter.begin(start)
    const decision = {
      ...runUpdate(start),
      status: 'pending_approval',
      approvalId: 'apr_1',
      errorCode: 'APPROVAL_PENDING',
    } as const
    assert.equal(await adapter.update(decision), true)
    assert.deepEqual(await adapter.get(start), { ...running(start), ...decision })
    const questions = { ...runUpdate(start), endedAt: new Date('2026-01-01T00:00:03.000Z') }
    assert.equal(await adapter.update(questions), true)
    assert.deepEqual(await adapter.get(start), { ...running(start), ...questions })
  },
  'writes nothing to a run that has ended, or that is not of this workspace, and says so': async ({
    adapter,
  }) => {
    const start = runStart({ workspaceId: uniqueId('ws') })
    await adapter.begin(start)
    for (const other of [
      { id: start.id, workspaceId: uniqueId('ws') },
      { ...start, id: uniqueId('run') },
    ])
      assert.equal(await adapter.update({ ...runUpdate(other), checkpoint: 'foreign' }), false)
    assert.deepEqual(await adapter.get(start), running(start))
    await adapter.end(runEnd(start))
    assert.equal(await adapter.update({ ...runUpdate(start), checkpoint: 'late' }), false)
    assert.equal(await adapter.update({ ...runUpdate(start), checkpoint: 'late', ifCheckpoint: null }), false)
    assert.deepEqual(await adapter.get(start), { ...running(start), ...runEnd(start) })
  },
  'keeps a checkpoint byte for byte until it gets another, also when the run ends': async ({ adapter }) => {
    const start = runStart({ workspaceId: uniqueId('ws') })
    const checkpoint = 'Seal-ed_. '.repeat(30 * 1024)
    const checkpointOf = async () => (await adapter.get(start))?.checkpoint
    await adapter.begin(start)
    assert.equal(await adapter.update({ ...runUpdate(start), checkpoint }), true)
    assert.equal(await checkpointOf(), checkpoint)
    assert.equal(await adapter.update(runUpdate(start)), true)
    assert.equal(await checkpointOf(), checkpoint)
    assert.equal(await adapter.update({ ...runUpdate(start), checkpoint: null }), true)
    assert.equal(await checkpointOf(), null)
    assert.equal(await adapter.update({ ...runUpdate(start), checkpoint: 'last' }), true)
    await adapter.end(runEnd(start))
    assert.equal(await checkpointOf(), 'last')
  },
  'writes nothing unless the checkpoint is the expected one': async ({ adapter }) => {
    const start = runStart({ workspaceId: uniqueId('ws') })
    const waiting = runUpdate(start)
    await adapter.begin(start)
    assert.equal(await adapter.update({ ...waiting, checkpoint: 'First', ifCheckpoint: 'other' }), false)
    assert.deepEqual(await adapter.get(start), running(start))
    assert.equal(await adapter.update({ ...waiting, checkpoint: 'First', ifCheckpoint: null }), true)
    for (const ifCheckpoint of [null, 'first', 'First ', ''])
      assert.equal(
        await adapter.update({ ...waiting, status: 'pending_approval', checkpoint: 'lost', ifCheckpoint }),
        false,
      )
    assert.deepEqual(await adapter.get(start), { ...running(start), ...waiting, checkpoint: 'First' })
    assert.equal(await adapter.update({ ...waiting, checkpoint: 'second', ifCheckpoint: 'First' }), true)
    assert.equal(await adapter.update({ ...waiting, ifCheckpoint: 'second' }), true)
    assert.equal((await adapter.get(start))?.checkpoint, 'second')
  },
  [`writes one of ${MANY} concurrent updates that expect the same checkpoint, and answers false to the others`]:
    async ({ adapter }) => {
      const start = runStart({ workspaceId: uniqueId('ws') })
      await adapter.begin(start)
      let expected: string | null = null
      for (const round of [1, 2]) {
        const updates = times(MANY, (i) => ({
          ...runUpdate(start),
          checkpoint: `${i} of round ${round}`,
          ifCheckpoint: expected,
        }))
        const written = await Promise.all(updates.map((update) => adapter.update(update)))
        const winners = updates.filter((_, i) => written[i])
        assert.equal(winners.length, 1)
        expected = winners[0]?.checkpoint ?? null
        assert.equal((await adapter.get(start))?.checkpoint, expected)
      }
    },
  'ends a run only if its checkpoint is the expected one': async ({ adapter }) => {
    const start = runStart({ workspaceId: uniqueId('ws') })
    await adapter.begin(start)
    await adapter.update({ ...runUpdate(start), checkpoint: 'begun' })
    const before = await adapter.get(start)
    for (const ifCheckpoint of [null, 'other']) await adapter.end({ ...runEnd(start), ifCheckpoint })
    assert.deepEqual(await adapter.get(start), before)
    await adapter.end({ ...runEnd(start), ifCheckpoint: 'begun' })
    assert.equal((await adapter.get(start))?.status, 'succeeded')
  },
  'lets one of an end and an update that expect the same checkpoint win': async ({ adapter }) => {
    for (const _ of times(20, (i) => i)) {
      const start = runStart({ workspaceId: uniqueId('ws') })
      await adapter.begin(start)
      const [, written] = await Promise.all([
        adapter.end({ ...runEnd(start), ifCheckpoint: null }),
        adapter.update({ ...runUpdate(start), checkpoint: 'begun', ifCheckpoint: null }),
      ])
      const run = await adapter.get(start)
      assert.deepEqual(
        [run?.status, run?.checkpoint],
        written ? ['input_required', 'begun'] : ['succeeded', null],
      )
    }
  },
}
