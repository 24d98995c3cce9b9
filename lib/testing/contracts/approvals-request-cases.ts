/** Cases of the approvals contract about requests: one approval for one call, for as long as it answers calls. */

import assert from 'node:assert/strict'
import type { Approval, ApprovalRequest } from '../../adapters/approvals.js'
import { approvalRequest, outcomeOf } from '../harness/context.js'
import { type Cases, MANY, times, uniqueId } from '../harness/runner.js'
import {
  type ApprovalsHarness,
  approved,
  decideAs,
  executing,
  passShortTime,
  requested,
  SHORT_MS,
} from './approvals-harness.js'

export const approvalsRequestCases: Cases<ApprovalsHarness> = {
  'makes a pending approval that holds the request': async ({ adapter }) => {
    for (const idempotencyKey of [null, 'once']) {
      const request = approvalRequest({ idempotencyKey })
      const approval = await requested(adapter, request)
      const { ttlMs, replayMs: _, runId: __, ...bound } = request
      const { requestedAt, expiresAt, ...rest } = approval
      assert.deepEqual(rest, { ...bound, ...UNDECIDED })
      assert.equal(expiresAt.getTime() - requestedAt.getTime(), ttlMs)
      assert.deepEqual(await adapter.get(approval), approval)
    }
    assert.equal(await adapter.get({ id: uniqueId('apr') }), null)
  },
  [`joins ${MANY} concurrent requests of one binding in one approval`]: async ({ adapter }) => {
    const all = await requestAtOnce({ adapter }, uniqueId('binding'))
    assert.equal(new Set(all.map(({ id }) => id)).size, 1)
    assert.notEqual((await requested(adapter, approvalRequest())).id, all[0]?.id)
  },
  'leaves as many approvals of a member pending as the request allows, and joins existing ones': async (
    harness,
  ) => {
    const { adapter } = harness
    const of = { workspaceId: uniqueId('ws'), memberId: uniqueId('mem') }
    const ask = (over: Partial<ApprovalRequest> = {}) =>
      adapter.request({ ...approvalRequest(of), maxPending: MOST_PENDING, ...over })
    const given = await Promise.all(times(ASKING, () => ask()))
    const made = given.flatMap((one) => ('status' in one ? [] : [one]))
    const refused = given.flatMap((one) => ('status' in one ? [one.status] : []))
    assert.equal(made.length, MOST_PENDING)
    assert.deepEqual(refused, Array(ASKING - MOST_PENDING).fill('too_many_pending'))
    const [first, second] = made
    assert.ok(first !== undefined && second !== undefined)
    assert.deepEqual(await ask({ binding: first.binding }), first)
    for (const other of [{ memberId: uniqueId('mem') }, { workspaceId: uniqueId('ws') }])
      assert.ok(!('status' in (await ask(other))), 'another member has their own limit')
    await decideAs(harness, first, 'deny')
    await decideAs(harness, second, 'approve')
    assert.ok(!('status' in (await ask({ ttlMs: SHORT_MS }))), 'a denied one is not pending')
    assert.ok(!('status' in (await ask())), 'an approved one is not pending')
    assert.deepEqual(await ask(), { status: 'too_many_pending' })
    await passShortTime(harness)
    assert.ok(!('status' in (await ask())), 'an expired one is not pending')
  },
  'makes one approval of many concurrent requests when the one before has ended': async (harness) => {
    const binding = uniqueId('binding')
    const before = await requested(harness.adapter, approvalRequest({ binding, ttlMs: SHORT_MS }))
    await passShortTime(harness)
    const ids = new Set((await requestAtOnce(harness, binding)).map(({ id }) => id))
    assert.equal(ids.size, 1)
    assert.ok(!ids.has(before.id))
  },
  'joins an approval in every state that still answers': async (harness) => {
    const { adapter } = harness
    const states = {
      pending: (binding: string) => requested(adapter, approvalRequest({ binding })),
      approved: (binding: string) => approved(harness, { binding }),
      denied: (binding: string) => denied(harness, binding),
      executing: (binding: string) => executing(harness, { binding, runId: 'run_1' }),
      settled: (binding: string) => settled(harness, binding),
    }
    for (const [state, make] of Object.entries(states)) {
      const binding = uniqueId('binding')
      const { id } = await make(binding)
      const joined = await requested(adapter, approvalRequest({ binding, arguments: { other: true } }))
      assert.deepEqual([joined.id, joined.state], [id, state])
      assert.deepEqual(joined, await adapter.get({ id }))
    }
  },
  'makes a new approval when one that ended has answered for long enough': async (harness) => {
    const { adapter } = harness
    const ended = {
      denied: await denied(harness, uniqueId('binding'), SHORT_MS),
      settled: await settled(harness, uniqueId('binding'), SHORT_MS),
    }
    await passShortTime(harness)
    for (const [state, { id, binding }] of Object.entries(ended)) {
      const next = await requested(adapter, approvalRequest({ binding }))
      assert.notEqual(next.id, id, state)
      assert.equal(next.state, 'pending')
      assert.equal((await adapter.get({ id }))?.state, state)
    }
  },
  'expires by time, pending and approved, and makes a new approval afterwards': async (harness) => {
    const { adapter } = harness
    const ttl = { ttlMs: SHORT_MS }
    const both = [await requested(adapter, approvalRequest(ttl)), await approved(harness, ttl)]
    await passShortTime(harness)
    for (const { id, binding } of both) {
      assert.equal((await adapter.get({ id }))?.state, 'expired')
      assert.equal(await adapter.consume({ id, runId: 'run', leaseMs: 1000 }), null)
      const late = await harness.decide({ id, decision: 'approve', decidedBy: 'operator' })
      assert.equal(late.status, 'not_pending')
      assert.equal((await adapter.get({ id }))?.state, 'expired')
      assert.notEqual((await requested(adapter, approvalRequest({ binding }))).id, id)
    }
  },
}

/** Few enough for concurrent requests to exceed it: in a database each is a transaction. */
const MOST_PENDING = 5
const ASKING = 50

const UNDECIDED = {
  state: 'pending',
  decidedAt: null,
  decidedBy: null,
  channel: null,
  reason: null,
  runId: null,
  consumedAt: null,
  settledAt: null,
  outcome: null,
} as const

function requestAtOnce(
  { adapter }: Pick<ApprovalsHarness, 'adapter'>,
  binding: string,
): Promise<readonly Approval[]> {
  return Promise.all(times(MANY, () => requested(adapter, approvalRequest({ binding }))))
}

async function denied(harness: ApprovalsHarness, binding: string, replayMs = 60_000): Promise<Approval> {
  const approval = await requested(harness.adapter, approvalRequest({ binding, replayMs }))
  await decideAs(harness, approval, 'deny')
  return approval
}

async function settled(harness: ApprovalsHarness, binding: string, replayMs = 60_000): Promise<Approval> {
  const approval = await executing(harness, { binding, replayMs, runId: 'run_1' })
  await harness.adapter.settle({ id: approval.id, runId: 'run_1', outcome: outcomeOf('run_1') })
  return approval
}
