/** Cases of the approvals contract about decisions and executions: one decision, at most one execution, and its outcome for repeats. */

import assert from 'node:assert/strict'
import type { Approval } from '../../adapters/approvals.js'
import { approvalRequest, outcomeOf } from '../harness/context.js'
import { type Cases, MANY, needing, times, uniqueId } from '../harness/runner.js'
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

export const approvalsExecutionCases: Cases<ApprovalsHarness, 'extend'> = {
  'records a decision with who, when and why': async (harness) => {
    const states = { approve: 'approved', deny: 'denied' } as const
    for (const decision of ['approve', 'deny'] as const) {
      const approval = await requested(harness.adapter, approvalRequest())
      assert.equal((await decideAs(harness, approval, decision)).status, 'decided')
      const now = await harness.adapter.get(approval)
      assert.ok(now?.decidedAt instanceof Date)
      assert.deepEqual(now, {
        ...approval,
        state: states[decision],
        decidedBy: 'operator',
        channel: 'page',
        decidedAt: now.decidedAt,
        reason: `a reason to ${decision}`,
      })
    }
  },
  'takes one decision, and not from the requester of an operator approval': async ({ adapter, decide }) => {
    const { id, memberId } = await requested(adapter, approvalRequest())
    assert.equal((await decide({ id, decision: 'approve', decidedBy: memberId })).status, 'own_request')
    assert.equal((await adapter.get({ id }))?.state, 'pending')
    const decisions = times(MANY, (i) => (i % 2 === 0 ? 'approve' : 'deny'))
    const results = await Promise.all(
      decisions.map((decision, i) => decide({ id, decision, decidedBy: `operator_${i}` })),
    )
    const winners = results.flatMap(({ status }, i) => (status === 'decided' ? [`operator_${i}`] : []))
    assert.deepEqual(winners, [(await adapter.get({ id }))?.decidedBy])
    const unknown = await decide({ id: uniqueId('apr'), decision: 'deny', decidedBy: 'operator' })
    assert.equal(unknown.status, 'not_found')
    const own = await requested(adapter, approvalRequest({ approver: 'member' }))
    const confirmed = await decide({ id: own.id, decision: 'approve', decidedBy: own.memberId })
    assert.equal(confirmed.status, 'decided')
    const asked = await requested(adapter, approvalRequest({ approver: 'member' }))
    await decide({ id: asked.id, decision: 'deny', decidedBy: asked.memberId, channel: 'elicitation' })
    assert.equal((await adapter.get(asked))?.channel, 'elicitation')
  },
  'rejects an empty or blank decidedBy, and decides nothing': async ({ adapter, decide }) => {
    for (const approver of ['operator', 'member'] as const)
      for (const decidedBy of ['', ' ', '\t\n', '\u00a0'])
        for (const decision of ['approve', 'deny'] as const) {
          const approval = await requested(adapter, approvalRequest({ approver }))
          await assert.rejects(decide({ id: approval.id, decision, decidedBy }), isTypeError)
          assert.deepEqual(await adapter.get(approval), approval)
        }
    await assert.rejects(decide({ id: uniqueId('apr'), decision: 'deny', decidedBy: '' }), isTypeError)
  },
  [`lets one of ${MANY} concurrent consumers win, and none later`]: async (harness) => {
    const { adapter } = harness
    const { id } = await approved(harness)
    const runs = times(MANY, () => uniqueId('run'))
    const claims = await Promise.all(runs.map((runId) => adapter.consume({ id, runId, leaseMs: LEASE_MS })))
    const winners = claims.flatMap((claim, i) => (claim === null ? [] : [{ claim, runId: runs[i] }]))
    assert.equal(winners.length, 1)
    const [winner] = winners
    assert.equal(winner?.claim.state, 'executing')
    assert.equal(winner?.claim.runId, winner?.runId)
    assert.ok(winner?.claim.consumedAt instanceof Date)
    assert.deepEqual(await adapter.get({ id }), winner?.claim)
    for (const runId of [winner?.runId ?? '', uniqueId('run')])
      assert.equal(await adapter.consume({ id, runId, leaseMs: LEASE_MS }), null)
  },
  'consumes only what is approved': async (harness) => {
    const { adapter } = harness
    const pending = await requested(adapter, approvalRequest())
    const denied = await requested(adapter, approvalRequest())
    await decideAs(harness, denied, 'deny')
    for (const id of [pending.id, denied.id, uniqueId('apr'), 'a\0b', '\ud800'])
      assert.equal(await adapter.consume({ id, runId: 'run', leaseMs: LEASE_MS }), null)
    assert.deepEqual(await adapter.get(pending), pending)
    assert.equal((await adapter.get(denied))?.state, 'denied')
  },
  'keeps the outcome for the same call, with all members': async (harness) => {
    const { adapter } = harness
    const approval = await executing(harness, { runId: 'run_1' })
    await adapter.settle({ id: approval.id, runId: 'run_1', outcome: outcomeOf('run_1') })
    const settled = await adapter.get(approval)
    assert.ok(settled?.settledAt instanceof Date)
    const { settledAt } = settled
    assert.deepEqual(settled, { ...approval, state: 'settled', settledAt, outcome: outcomeOf('run_1') })
    assert.equal(await adapter.consume({ id: approval.id, runId: 'run_2', leaseMs: LEASE_MS }), null)
  },
  'settles only what is executing under that run, and only once': async (harness) => {
    const { adapter } = harness
    const settle = async (approval: Approval, runId: string) => {
      const before = await adapter.get(approval)
      await adapter.settle({ id: approval.id, runId, outcome: { ...outcomeOf(runId), status: 'failed' } })
      assert.deepEqual(await adapter.get(approval), before)
    }
    await settle(await requested(adapter, approvalRequest()), 'run_1')
    await settle(await approved(harness), 'run_1')
    const execution = await executing(harness, { runId: 'run_1' })
    await settle(execution, 'run_2')
    await adapter.settle({ id: execution.id, runId: 'run_1', outcome: outcomeOf('run_1') })
    await settle(execution, 'run_1')
    await adapter.settle({ id: uniqueId('apr'), runId: 'run_1', outcome: outcomeOf('run_1') })
  },
  'moves the lease of an execution for the run that consumed it, while it has not ended': needing(
    'extend',
    ({ adapter }: ApprovalsHarness) => adapter.extend?.bind(adapter),
    async (harness, extend) => {
      const { adapter } = harness
      const approval = await executing(harness, { runId: 'run_1', leaseMs: SHORT_MS })
      const other = await executing(harness, { runId: 'run_1', leaseMs: SHORT_MS })
      await extend({ id: approval.id, runId: 'run_1', leaseMs: LEASE_MS })
      await extend({ id: other.id, runId: 'run_2', leaseMs: LEASE_MS })
      assert.deepEqual(await adapter.get(approval), approval)
      await passShortTime(harness)
      assert.equal((await adapter.get(approval))?.state, 'executing')
      await extend({ id: other.id, runId: 'run_1', leaseMs: LEASE_MS })
      assert.equal((await adapter.get(other))?.state, 'unknown')
      const pending = await requested(adapter, approvalRequest())
      await extend({ id: pending.id, runId: 'run_1', leaseMs: LEASE_MS })
      assert.deepEqual(await adapter.get(pending), pending)
    },
  ),
  'reads unknown after a lease without outcome, and is never consumed again': async (harness) => {
    const { adapter } = harness
    const { id, binding } = await executing(harness, { runId: 'run_1', leaseMs: SHORT_MS })
    const ended = await executing(harness, { runId: 'run_1', leaseMs: SHORT_MS, replayMs: 0 })
    await passShortTime(harness)
    const unknown = await adapter.get({ id })
    assert.equal(unknown?.state, 'unknown')
    assert.equal(unknown?.outcome, null)
    for (const runId of ['run_1', 'run_2'])
      assert.equal(await adapter.consume({ id, runId, leaseMs: LEASE_MS }), null)
    await adapter.settle({ id, runId: 'run_2', outcome: outcomeOf('run_2') })
    assert.deepEqual(await requested(adapter, approvalRequest({ binding })), unknown)
    assert.notEqual((await requested(adapter, approvalRequest({ binding: ended.binding }))).id, ended.id)
  },
}

/** Checks the name, because test runners use realms. */
function isTypeError(error: unknown): boolean {
  return error instanceof Error && error.name === 'TypeError'
}
