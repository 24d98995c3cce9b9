/** Cases of the approvals contract about waits, for adapters with `wait`. */

import assert from 'node:assert/strict'
import type { Approval, ApprovalState } from '../../adapters/approvals.js'
import { approvalRequest, outcomeOf } from '../harness/context.js'
import { type Cases, MANY, needing, sleep, soon, times, uniqueId } from '../harness/runner.js'
import {
  type ApprovalsHarness,
  approved,
  decideAs,
  executing,
  LEASE_MS,
  passShortTime,
  requested,
  SHORT_MS,
} from './approvals-harness.js'

/** Milliseconds after which a wait has begun in every store. */
const SETTLE_MS = 250

export const approvalsWaitCases: Cases<ApprovalsHarness, 'wait'> = {
  'wakes a waiter on a decision, and at once when the state has passed': withWaits(async (harness) => {
    const approval = await requested(harness.adapter, approvalRequest())
    const waiting = startWait(harness, approval, 'pending')
    await sleep(SETTLE_MS)
    await decideAs(harness, approval, 'approve')
    assert.equal((await soon(waiting, 'a decision wakes'))?.state, 'approved')
    const passed = startWait(harness, approval, 'pending')
    assert.deepEqual(await soon(passed, 'a state that has passed wakes'), await harness.adapter.get(approval))
  }),
  'wakes when an approval is consumed, and when it is settled': withWaits(async (harness) => {
    const { adapter } = harness
    const approval = await approved(harness)
    const consumed = startWait(harness, approval, 'approved')
    await adapter.consume({ id: approval.id, runId: 'run_1', leaseMs: LEASE_MS })
    assert.equal((await soon(consumed, 'consume wakes'))?.state, 'executing')
    const settled = startWait(harness, approval, 'executing')
    await adapter.settle({ id: approval.id, runId: 'run_1', outcome: outcomeOf('run_1') })
    assert.deepEqual((await soon(settled, 'settle wakes'))?.outcome, outcomeOf('run_1'))
  }),
  'wakes when an approval expires, and when a lease ends': withWaits(async (harness) => {
    const pending = await requested(harness.adapter, approvalRequest({ ttlMs: SHORT_MS }))
    const leased = await executing(harness, { runId: 'run_1', leaseMs: SHORT_MS })
    const waits = [startWait(harness, pending, 'pending'), startWait(harness, leased, 'executing')]
    await passShortTime(harness)
    const woken = await soon(Promise.all(waits), 'time wakes')
    assert.deepEqual(
      woken.map((approval) => approval?.state),
      ['expired', 'unknown'],
    )
  }),
  'does not wake while nothing changes, or only another approval': withWaits(async (harness) => {
    const [mine, other] = [approvalRequest(), approvalRequest()]
    const approval = await requested(harness.adapter, mine)
    const abort = new AbortController()
    let woken = false
    const waiting = startWait(harness, approval, 'pending', abort.signal).then((found) => {
      woken = true
      return found
    })
    await decideAs(harness, await requested(harness.adapter, other), 'approve')
    await sleep(SETTLE_MS * 2)
    assert.equal(woken, false)
    abort.abort()
    assert.equal((await soon(waiting, 'an abort wakes'))?.state, 'pending')
  }),
  'resolves when its signal aborts, with the approval as it is then': withWaits(async (harness) => {
    const approval = await approved(harness)
    const abort = new AbortController()
    const waiting = startWait(harness, approval, 'approved', abort.signal)
    await sleep(SETTLE_MS)
    abort.abort()
    assert.deepEqual(await soon(waiting, 'an abort wakes'), await harness.adapter.get(approval))
    const aborted = startWait(harness, approval, 'approved', AbortSignal.abort())
    assert.deepEqual(
      await soon(aborted, 'a signal that has aborted wakes'),
      await harness.adapter.get(approval),
    )
  }),
  'gives null for an approval that does not exist': withWaits(async (harness) => {
    const missing = startWait(harness, { id: uniqueId('apr') }, 'pending')
    assert.equal(await soon(missing, 'nothing to wait for wakes'), null)
  }),
  [`wakes ${MANY} waits for one decision, and leaves nothing of them behind`]: withWaits(async (harness) => {
    const approval = await requested(harness.adapter, approvalRequest())
    const watched = times(MANY, watchedSignal)
    const waits = watched.map(({ signal }) => startWait(harness, approval, 'pending', signal))
    await sleep(SETTLE_MS)
    await decideAs(harness, approval, 'deny')
    const woken = await soon(Promise.all(waits), 'a decision wakes all')
    assert.ok(woken.every((found) => found?.state === 'denied'))
    assert.equal(
      watched.reduce((sum, { listeners }) => sum + listeners(), 0),
      0,
    )
  }),
}

function startWait(
  { adapter }: ApprovalsHarness,
  { id }: Pick<Approval, 'id'>,
  state: ApprovalState,
  signal = new AbortController().signal,
): Promise<Approval | null> {
  return adapter.wait?.({ id, state, signal }) ?? Promise.resolve(null)
}

/** Makes a case about `wait`, which also checks that nothing is left of its waits. */
function withWaits(body: (harness: ApprovalsHarness) => Promise<void>) {
  return needing(
    'wait',
    ({ adapter }: ApprovalsHarness) => adapter.wait,
    async (harness) => {
      await body(harness)
      assert.equal((await harness.waiting?.()) ?? 0, 0, 'nothing is left of a wait')
    },
  )
}

/** A signal that counts its listeners. */
function watchedSignal(): { readonly signal: AbortSignal; readonly listeners: () => number } {
  const { signal } = new AbortController()
  const listening = new Set<unknown>()
  const { addEventListener, removeEventListener } = signal
  Object.assign(signal, {
    addEventListener(...args: readonly unknown[]) {
      listening.add(args[1])
      Reflect.apply(addEventListener, signal, args)
    },
    removeEventListener(...args: readonly unknown[]) {
      listening.delete(args[1])
      Reflect.apply(removeEventListener, signal, args)
    },
  })
  return { signal, listeners: () => listening.size }
}
