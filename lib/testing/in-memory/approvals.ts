/** Approvals in memory. For tests and examples only: a decision is gone with the process, and no other node sees it. */

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
  /** Without `maxPending` there is always an approval. */
  request(request: UnlimitedRequest): Promise<Approval>
  /** With `maxPending` there may be too many pending already. */
  request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  /** Gives the execution of an approved call more time. */
  extend: NonNullable<ApprovalsAdapter['extend']>
  /** Waits until an approval leaves a state. */
  wait: NonNullable<ApprovalsAdapter['wait']>
  /**
   * Decides, and appends `approval.decided` to the audit trail. Never throws for what cannot be decided; rejects with a TypeError for
   * a decision by nobody, and for a `decidedBy` that no store can keep.
   */
  decide(decision: Decision): Promise<DecisionResult>
  /** Newest first. */
  list(filter?: { readonly workspaceId?: string; readonly state?: ApprovalState }): readonly Approval[]
  /** How many `wait` calls are open: for leak tests. */
  waiting(): number
}

/** Options of `createInMemoryApprovals`. */
export interface InMemoryApprovalsOptions {
  /** Where decisions go on record. Default: nowhere. */
  readonly audit?: AuditAdapter
  /** Default: the real time. `wait` sets real timers by it. */
  readonly clock?: Clock
}

/** Approvals in memory, for tests and examples. */
export function createInMemoryApprovals(options: InMemoryApprovalsOptions = {}): InMemoryApprovals {
  assertNoRule(options, 'createInMemoryApprovals')
  const { audit, clock = () => new Date() } = options
  const shelf = createApprovalTable(clock)
  const waits = createApprovalWaits(shelf, clock)
  const store = (approval: StoredApproval) => {
    shelf.put(approval)
    waits.wake(approval.id)
    return toPublic(approval)
  }
  const get = async ({ id }: { readonly id: string }) => {
    const found = shelf.find(id)
    return found === null ? null : toPublic(found)
  }
  return {
    get,
    request: createRequest({ shelf, store, clock }),
    ...executionsOf({ shelf, store, clock }),
    async wait(query) {
      await waits.leaving(query)
      return get(query)
    },
    async decide(asked) {
      assertDecider(asked)
      const decision = storableDecision(asked)
      const found = shelf.find(decision.id)
      if (found === null) return { status: 'not_found' }
      const refusal = refusalOf(found, decision)
      if (refusal !== null) return refusal
      const approval = store(decided(found, decision, clock()))
      await audit?.append([decisionEvent(approval, clock())])
      return { status: 'decided', approval }
    },
    list({ workspaceId, state } = {}) {
      const all = shelf.all(workspaceId)
      return (state === undefined ? all : all.filter((found) => found.state === state)).map(toPublic)
    },
    waiting: waits.count,
  }
}

/** What the methods share. No method awaits between its look and its change, so each is one atomic step. */
interface State {
  readonly shelf: ApprovalTable
  readonly store: (approval: StoredApproval) => Approval
  readonly clock: Clock
}

function createRequest({ shelf, store, clock }: State): InMemoryApprovals['request'] {
  function request(request: UnlimitedRequest): Promise<Approval>
  function request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  async function request(request: ApprovalRequest) {
    const live = shelf.live(request.binding)
    if (live !== null) return toPublic(live)
    const { maxPending } = request
    if (maxPending !== undefined && shelf.pendingOf(request, maxPending) >= maxPending)
      return { status: 'too_many_pending' } as const
    return store(pending(request, clock()))
  }
  return request
}

function executionsOf({
  shelf,
  store,
  clock,
}: State): Pick<InMemoryApprovals, 'consume' | 'settle' | 'extend'> {
  return {
    async consume({ id, runId, leaseMs }) {
      const found = shelf.find(id)
      if (found?.state !== 'approved') return null
      const now = clock()
      return store({ ...found, state: 'executing', runId, consumedAt: now, leaseEndsAt: after(now, leaseMs) })
    },
    async settle({ id, runId, outcome }) {
      const found = shelf.find(id)
      // After the lease a late outcome is still the truth, and better than "unknown".
      const open = found?.state === 'executing' || found?.state === 'unknown'
      if (found !== null && open && found.runId === runId)
        store({ ...found, state: 'settled', settledAt: clock(), outcome })
    },
    async extend({ id, runId, leaseMs }) {
      const found = shelf.find(id)
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
