/** Approvals in memory, for tests and examples only: they end with the process, and other nodes do not see them. */

import { assertDecider, decisionEvent } from '../../adapter-kit/decision-event.js'
import { storableDecision } from '../../adapter-kit/decision-text.js'
import { assertNoRule } from '../../adapter-kit/no-rule.js'
import { storableJson } from '../../adapter-kit/storable.js'
import type {
  Approval,
  ApprovalRequest,
  ApprovalState,
  ApprovalsAdapter,
  Decision,
  DecisionResult,
  TooManyPending,
  UnlimitedRequest,
} from '../../adapters/approvals.js'
import type { AuditAdapter } from '../../adapters/audit.js'
import {
  type ApprovalTable,
  after,
  createApprovalTable,
  type StoredApproval,
  toPublic,
} from './approval-table.js'
import { createApprovalWaits } from './approval-waits.js'
import type { Clock } from './keyed.js'

/** Approvals in memory. */
export interface InMemoryApprovals extends ApprovalsAdapter {
  /** Without `maxPending`, always gives an approval. */
  request(request: UnlimitedRequest): Promise<Approval>
  /** With `maxPending`, gives `too_many_pending` instead if the member has so many pending approvals. */
  request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  /** Extends the lease of an execution. */
  extend: NonNullable<ApprovalsAdapter['extend']>
  /** Waits until an approval leaves a state. */
  wait: NonNullable<ApprovalsAdapter['wait']>
  /**
   * Decides, and appends `approval.decided` to the audit log. It gives a status, and does not reject, for an approval that cannot be decided.
   * Rejects with a TypeError for a `decidedBy` that is empty or blank, or that stores cannot keep.
   */
  decide(decision: Decision): Promise<DecisionResult>
  /** Lists approvals, newest first. */
  list(filter?: { readonly workspaceId?: string; readonly state?: ApprovalState }): readonly Approval[]
  /** The number of open `wait` calls, for leak tests. */
  waiting(): number
}

/** Options of `createInMemoryApprovals`. */
export interface InMemoryApprovalsOptions {
  /** The audit log for decisions. Default: none. */
  readonly audit?: AuditAdapter
  /** Decides about expiry. Default: the real time. `wait` sets real timers by it. */
  readonly clock?: Clock
}

/**
 * Makes approvals in memory, for tests and examples.
 *
 * @example
 * const approvals = createInMemoryApprovals()
 * const [waiting] = approvals.list({ state: 'pending' })
 * if (waiting) await approvals.decide({ id: waiting.id, decision: 'approve', decidedBy: 'operator' })
 */
export function createInMemoryApprovals(options: InMemoryApprovalsOptions = {}): InMemoryApprovals {
  assertNoRule(options, 'createInMemoryApprovals')
  const { audit, clock = () => new Date() } = options
  const table = createApprovalTable(clock)
  const waits = createApprovalWaits(table, clock)
  const store = (approval: StoredApproval) => {
    table.put(approval)
    waits.wake(approval.id)
    return toPublic(approval)
  }
  const get = async ({ id }: { readonly id: string }) => {
    const found = table.find(id)
    return found === null ? null : toPublic(found)
  }
  return {
    get,
    request: createRequest({ table, store, clock }),
    ...executionsOf({ table, store, clock }),
    async wait(query) {
      await waits.untilLeft(query)
      return get(query)
    },
    async decide(asked) {
      assertDecider(asked)
      const decision = storableDecision(asked)
      const found = table.find(decision.id)
      if (found === null) return { status: 'not_found' }
      const refusal = refusalOf(found, decision)
      if (refusal !== null) return refusal
      const approval = store(decided(found, decision, clock()))
      await audit?.append([decisionEvent(approval, clock())])
      return { status: 'decided', approval }
    },
    list({ workspaceId, state } = {}) {
      const all = table.all(workspaceId)
      return (state === undefined ? all : all.filter((found) => found.state === state)).map(toPublic)
    },
    waiting: waits.count,
  }
}

/** The state that the methods share. No method awaits between its read and its change, so each is atomic. */
interface State {
  readonly table: ApprovalTable
  readonly store: (approval: StoredApproval) => Approval
  readonly clock: Clock
}

function createRequest({ table, store, clock }: State): InMemoryApprovals['request'] {
  function request(request: UnlimitedRequest): Promise<Approval>
  function request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  async function request(request: ApprovalRequest) {
    const live = table.live(request.binding)
    if (live !== null) return toPublic(live)
    const { maxPending } = request
    if (maxPending !== undefined && table.pendingOf(request, maxPending) >= maxPending)
      return { status: 'too_many_pending' } as const
    return store(pending(request, clock()))
  }
  return request
}

function executionsOf({
  table,
  store,
  clock,
}: State): Pick<InMemoryApprovals, 'consume' | 'settle' | 'extend'> {
  return {
    async consume({ id, runId, leaseMs }) {
      const found = table.find(id)
      if (found?.state !== 'approved') return null
      const now = clock()
      return store({ ...found, state: 'executing', runId, consumedAt: now, leaseEndsAt: after(now, leaseMs) })
    },
    async settle({ id, runId, outcome }) {
      const found = table.find(id)
      // A late outcome, after the lease, is better than `unknown`.
      const open = found?.state === 'executing' || found?.state === 'unknown'
      if (found !== null && open && found.runId === runId)
        store({ ...found, state: 'settled', settledAt: clock(), outcome })
    },
    async extend({ id, runId, leaseMs }) {
      const found = table.find(id)
      if (found?.state === 'executing' && found.runId === runId)
        store({ ...found, leaseEndsAt: after(clock(), leaseMs) })
    },
  }
}

function pending(
  { ttlMs, runId: _, maxPending: __, summary, ...request }: ApprovalRequest,
  now: Date,
): StoredApproval {
  return {
    ...request,
    summary: storableJson(summary),
    state: 'pending',
    requestedAt: now,
    expiresAt: after(now, ttlMs),
    decidedAt: null,
    decidedBy: null,
    channel: null,
    reason: null,
    runId: null,
    consumedAt: null,
    leaseEndsAt: null,
    settledAt: null,
    outcome: null,
  }
}

function refusalOf(found: StoredApproval, { decidedBy }: Decision): DecisionResult | null {
  if (found.state !== 'pending') return { status: 'not_pending', approval: toPublic(found) }
  return found.approver === 'operator' && decidedBy === found.memberId
    ? { status: 'own_request', approval: toPublic(found) }
    : null
}

function decided(
  found: StoredApproval,
  { decision, decidedBy, channel = 'page', reason }: Decision,
  now: Date,
): StoredApproval {
  const state = decision === 'approve' ? 'approved' : 'denied'
  return { ...found, state, decidedAt: now, decidedBy, channel, reason: reason ?? null }
}
