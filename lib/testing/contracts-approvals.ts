/** The contract of the approvals adapter: one approval for one call, one winner ever, and the truth afterwards. */

import assert from 'node:assert/strict'
import type { Approval, ApprovalsAdapter } from '../adapters/approvals.js'
import { approvalRequest, outcomeOf } from './contract-context.js'
import { type ContractRunner, caseOf, uniqueId } from './contract-runner.js'
import type { Decision, DecisionResult } from './in-memory-approvals.js'

export interface ApprovalsHarness {
  readonly adapter: ApprovalsAdapter
  decide(decision: Decision): Promise<DecisionResult>
  close?(): Promise<void>
}

const MANY = 200
const SHORT_MS = 60
const LEASE_MS = 60_000

export function approvalsContract(
  { describe, it }: ContractRunner,
  create: () => Promise<ApprovalsHarness>,
): void {
  const approved = async (
    { adapter, decide }: ApprovalsHarness,
    over: Parameters<typeof approvalRequest>[0] = {},
  ) => {
    const approval = await adapter.request(approvalRequest(over))
    await decide({ id: approval.id, decision: 'approve', decidedBy: 'operator' })
    return approval
  }
  describe('approvals contract', () => {
    it(
      'makes a pending approval that holds the request',
      caseOf(create, async ({ adapter }) => {
        const request = approvalRequest()
        const approval = await adapter.request(request)
        const { ttlMs, replayMs: _, runId: __, ...bound } = request
        for (const [name, value] of Object.entries(bound))
          assert.deepEqual(Reflect.get(approval, name), value, name)
        assert.equal(approval.state, 'pending')
        assert.equal(approval.expiresAt.getTime() - approval.requestedAt.getTime(), ttlMs)
        assert.deepEqual(await adapter.get({ id: approval.id }), approval)
        assert.equal(await adapter.get({ id: uniqueId('apr') }), null)
      }),
    )
    it(
      `joins ${MANY} concurrent requests of one binding in one approval`,
      caseOf(create, async ({ adapter }) => {
        const binding = uniqueId('binding')
        const all = await Promise.all(
          Array.from({ length: MANY }, () => adapter.request(approvalRequest({ binding }))),
        )
        assert.equal(new Set(all.map(({ id }) => id)).size, 1)
        const other = await adapter.request(approvalRequest())
        assert.notEqual(other.id, all[0]?.id)
      }),
    )
    it(
      `lets one of ${MANY} concurrent consumers win, and nobody later`,
      caseOf(create, async (harness) => {
        const { id } = await approved(harness)
        const runs = Array.from({ length: MANY }, () => uniqueId('run'))
        const won = await Promise.all(
          runs.map((runId) => harness.adapter.consume({ id, runId, leaseMs: LEASE_MS })),
        )
        const winners = won.filter((approval): approval is Approval => approval !== null)
        assert.equal(winners.length, 1)
        assert.equal(winners[0]?.state, 'executing')
        assert.ok(runs.includes(winners[0]?.runId ?? ''))
        assert.equal(
          await harness.adapter.consume({ id, runId: winners[0]?.runId ?? '', leaseMs: LEASE_MS }),
          null,
        )
      }),
    )
    it(
      'consumes only what is approved',
      caseOf(create, async ({ adapter, decide }) => {
        const pending = await adapter.request(approvalRequest())
        assert.equal(await adapter.consume({ id: pending.id, runId: 'run', leaseMs: LEASE_MS }), null)
        await decide({ id: pending.id, decision: 'deny', decidedBy: 'operator', reason: 'no' })
        assert.equal(await adapter.consume({ id: pending.id, runId: 'run', leaseMs: LEASE_MS }), null)
        assert.equal(await adapter.consume({ id: uniqueId('apr'), runId: 'run', leaseMs: LEASE_MS }), null)
        const denied = await adapter.get({ id: pending.id })
        assert.equal(denied?.state, 'denied')
        assert.equal(denied?.reason, 'no')
        assert.equal(denied?.decidedBy, 'operator')
      }),
    )
    it(
      'expires by time, pending and approved, and makes a new approval afterwards',
      caseOf(create, async (harness) => {
        const binding = uniqueId('binding')
        const first = await approved(harness, { binding, ttlMs: SHORT_MS })
        await sleep(SHORT_MS * 2)
        assert.equal((await harness.adapter.get({ id: first.id }))?.state, 'expired')
        assert.equal(await harness.adapter.consume({ id: first.id, runId: 'run', leaseMs: LEASE_MS }), null)
        assert.equal(
          (await harness.decide({ id: first.id, decision: 'approve', decidedBy: 'operator' })).status,
          'not_pending',
        )
        assert.notEqual((await harness.adapter.request(approvalRequest({ binding }))).id, first.id)
      }),
    )
    it(
      'keeps the outcome for the same call, for as long as it is asked to',
      caseOf(create, async (harness) => {
        const { adapter } = harness
        const binding = uniqueId('binding')
        const { id } = await approved(harness, { binding, replayMs: SHORT_MS })
        await adapter.consume({ id, runId: 'run_1', leaseMs: LEASE_MS })
        await adapter.settle({ id, runId: 'run_other', outcome: outcomeOf('run_other') })
        assert.equal((await adapter.get({ id }))?.state, 'executing')
        await adapter.settle({ id, runId: 'run_1', outcome: outcomeOf('run_1') })
        const settled = await adapter.request(approvalRequest({ binding, replayMs: SHORT_MS }))
        assert.equal(settled.id, id)
        assert.equal(settled.state, 'settled')
        assert.deepEqual(settled.outcome, outcomeOf('run_1'))
        await adapter.settle({ id, runId: 'run_1', outcome: { ...outcomeOf('run_1'), status: 'failed' } })
        assert.deepEqual((await adapter.get({ id }))?.outcome, outcomeOf('run_1'))
        await sleep(SHORT_MS * 2)
        assert.notEqual((await adapter.request(approvalRequest({ binding }))).id, id)
      }),
    )
    it(
      'reads unknown after a lease without outcome, and is never consumed again',
      caseOf(create, async (harness) => {
        const { adapter } = harness
        const binding = uniqueId('binding')
        const { id } = await approved(harness, { binding })
        await adapter.consume({ id, runId: 'run_1', leaseMs: SHORT_MS })
        await sleep(SHORT_MS * 2)
        assert.equal((await adapter.get({ id }))?.state, 'unknown')
        assert.equal((await adapter.request(approvalRequest({ binding }))).id, id)
        assert.equal(await adapter.consume({ id, runId: 'run_2', leaseMs: LEASE_MS }), null)
      }),
    )
    it(
      'takes one decision, and not from the requester of an operator approval',
      caseOf(create, async ({ adapter, decide }) => {
        const { id, memberId } = await adapter.request(approvalRequest())
        assert.equal((await decide({ id, decision: 'approve', decidedBy: memberId })).status, 'own_request')
        const both = await Promise.all(
          (['approve', 'deny'] as const).map((decision) =>
            decide({ id, decision, decidedBy: `operator_${decision}` }),
          ),
        )
        assert.deepEqual(both.map(({ status }) => status).sort(), ['decided', 'not_pending'])
        assert.equal(
          (await decide({ id: uniqueId('apr'), decision: 'deny', decidedBy: 'operator' })).status,
          'not_found',
        )
        const own = await adapter.request(approvalRequest({ approver: 'member' }))
        assert.equal(
          (await decide({ id: own.id, decision: 'approve', decidedBy: own.memberId })).status,
          'decided',
        )
      }),
    )
    it(
      'wakes a waiter on a decision, at once when the state has passed, and when its signal aborts',
      caseOf(create, async (harness) => {
        const { adapter, decide } = harness
        if (adapter.wait === undefined) return
        const { id } = await adapter.request(approvalRequest())
        const calm = new AbortController()
        const woken = adapter.wait({ id, state: 'pending', signal: calm.signal })
        await decide({ id, decision: 'approve', decidedBy: 'operator' })
        assert.equal((await woken)?.state, 'approved')
        assert.equal((await adapter.wait({ id, state: 'pending', signal: calm.signal }))?.state, 'approved')
        const abort = new AbortController()
        const given = adapter.wait({ id, state: 'approved', signal: abort.signal })
        abort.abort()
        assert.equal((await given)?.state, 'approved')
      }),
    )
  })
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
