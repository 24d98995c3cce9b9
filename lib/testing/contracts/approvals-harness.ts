/** What the approvals contract needs from a host, and steps that its cases share. */

import assert from 'node:assert/strict'
import type {
  Approval,
  ApprovalRequest,
  ApprovalsAdapter,
  Decision,
  DecisionResult,
} from '../../adapters/approvals.js'
import { approvalRequest } from '../harness/context.js'
import { type Harness, sleep } from '../harness/runner.js'

/** What `approvalsContract` needs: an approvals adapter, and a way to decide. */
export interface ApprovalsHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: ApprovalsAdapter
  /** Decides an approval in the host's way. */
  decide(decision: Decision): Promise<DecisionResult>
  /** Moves the store's clock forward. Without it the cases wait for short times. */
  advance?(ms: number): Promise<void>
  /** The number of waits for which the adapter still has timers, listeners or subscriptions. */
  waiting?(): number | Promise<number>
}

/** A short time to wait for. Cases expect only that it ends, never that it lasts. */
export const SHORT_MS = 1000
const MARGIN_MS = 300
export const LEASE_MS = 60_000

export async function passShortTime({ advance }: ApprovalsHarness): Promise<void> {
  if (advance === undefined) await sleep(SHORT_MS + MARGIN_MS)
  else await advance(SHORT_MS)
}

/** Requests an approval without a limit. */
export async function requested(
  adapter: Pick<ApprovalsAdapter, 'request'>,
  request: ApprovalRequest,
): Promise<Approval> {
  const given = await adapter.request(request)
  assert.ok(!('status' in given), 'a request without maxPending gives an approval')
  return given
}

export async function decideAs(
  { decide }: ApprovalsHarness,
  { id }: Approval,
  decision: Decision['decision'],
): Promise<DecisionResult> {
  return decide({ id, decision, decidedBy: 'operator', reason: `a reason to ${decision}` })
}

export async function approved(
  harness: ApprovalsHarness,
  over: Partial<ApprovalRequest> = {},
): Promise<Approval> {
  const approval = await requested(harness.adapter, approvalRequest(over))
  await decideAs(harness, approval, 'approve')
  return approval
}

export async function executing(
  harness: ApprovalsHarness,
  { runId, leaseMs = LEASE_MS, ...over }: Partial<ApprovalRequest> & { runId: string; leaseMs?: number },
): Promise<Approval> {
  const { id } = await approved(harness, over)
  const approval = await harness.adapter.consume({ id, runId, leaseMs })
  assert.ok(approval !== null, 'an approved approval can be consumed')
  return approval
}
