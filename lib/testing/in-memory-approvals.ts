/** Approvals in memory. For tests and examples only: a decision is gone with the process, and no other node sees it. */

import type { Approval, ApprovalState, ApprovalsAdapter } from '../adapters/approvals.js'
import type { AuditAdapter } from '../adapters/audit.js'
import { decisionEvent } from './decision-event.js'
import type { Clock } from './keyed.js'

export interface Decision {
  readonly id: string
  readonly decision: 'approve' | 'deny'
  /** Who decides: a member id, or the name of an operator. */
  readonly decidedBy: string
  readonly reason?: string
}

export type DecisionResult =
  | { readonly status: 'decided'; readonly approval: Approval }
  | { readonly status: 'not_found' }
  /** Decided before, or expired. */
  | { readonly status: 'not_pending'; readonly approval: Approval }
  /** Four eyes: the requester cannot decide an `operator` approval. */
  | { readonly status: 'own_request'; readonly approval: Approval }

export interface InMemoryApprovals extends ApprovalsAdapter {
  wait: NonNullable<ApprovalsAdapter['wait']>
  decide(decision: Decision): Promise<DecisionResult>
  /** Newest first. */
  list(filter?: { readonly workspaceId?: string; readonly state?: ApprovalState }): readonly Approval[]
  /** How many `wait` calls are open: for leak tests. */
  waiting(): number
}

interface Stored extends Approval {
  readonly leaseEndsAt: Date | null
  readonly replayMs: number
}

export interface InMemoryApprovalsOptions {
  /** Default: every call is allowed. */
  readonly evaluate?: ApprovalsAdapter['evaluate']
  readonly audit?: AuditAdapter
  readonly clock?: Clock
}

export function createInMemoryApprovals({
  evaluate = async () => ({ verdict: 'allow' }),
  audit,
  clock = () => new Date(),
}: InMemoryApprovalsOptions = {}): InMemoryApprovals {
  const byId = new Map<string, Stored>()
  const idByBinding = new Map<string, string>()
  const waiters = new Map<string, Set<() => void>>()

  const store = (approval: Stored) => {
    byId.set(approval.id, Object.freeze(approval))
    for (const wake of waiters.get(approval.id) ?? []) wake()
    return approval
  }
  const read = (id: string) => {
    const stored = byId.get(id)
    return stored === undefined ? null : asOf(stored, clock())
  }

  return {
    evaluate,
    async request({ id, binding, ttlMs, replayMs, runId: _, ...request }) {
      const live = read(idByBinding.get(binding) ?? '')
      if (live !== null && isLive(live, clock())) return toPublic(live)
      idByBinding.set(binding, id)
      return toPublic(
        store({
          ...NEW,
          ...request,
          id,
          binding,
          replayMs,
          requestedAt: clock(),
          expiresAt: after(clock(), ttlMs),
        }),
      )
    },
    async get({ id }) {
      const found = read(id)
      return found === null ? null : toPublic(found)
    },
    async consume({ id, runId, leaseMs }) {
      const found = read(id)
      if (found?.state !== 'approved') return null
      const now = clock()
      return toPublic(
        store({ ...found, state: 'executing', runId, consumedAt: now, leaseEndsAt: after(now, leaseMs) }),
      )
    },
    async settle({ id, runId, outcome }) {
      const found = byId.get(id)
      // After the lease a late outcome is still the truth, and better than "unknown".
      if (found?.state === 'executing' && found.runId === runId)
        store({ ...found, state: 'settled', settledAt: clock(), outcome })
    },
    async wait({ id, state, signal }) {
      await changed({ id, state, signal, read, waiters, now: clock })
      const found = read(id)
      return found === null ? null : toPublic(found)
    },
    async decide({ id, decision, decidedBy, reason }) {
      const found = read(id)
      if (found === null) return { status: 'not_found' }
      if (found.state !== 'pending') return { status: 'not_pending', approval: toPublic(found) }
      if (found.approver === 'operator' && decidedBy === found.memberId)
        return { status: 'own_request', approval: toPublic(found) }
      const state = decision === 'approve' ? 'approved' : 'denied'
      const decided = { ...found, state, decidedBy, decidedAt: clock(), reason: reason ?? null } as const
      // Stored in the same tick as it was checked: of two decisions at once, one is not pending any more.
      const approval = toPublic(store(decided))
      await audit?.append([decisionEvent(decided, clock())])
      return { status: 'decided', approval }
    },
    list({ workspaceId, state } = {}) {
      return [...byId.values()]
        .map((stored) => toPublic(asOf(stored, clock())))
        .filter(
          (found) =>
            (workspaceId === undefined || found.workspaceId === workspaceId) &&
            (state === undefined || found.state === state),
        )
        .reverse()
    },
    waiting: () => [...waiters.values()].reduce((sum, set) => sum + set.size, 0),
  }
}

const NEW = {
  state: 'pending',
  decidedAt: null,
  decidedBy: null,
  reason: null,
  runId: null,
  consumedAt: null,
  settledAt: null,
  outcome: null,
  leaseEndsAt: null,
} as const

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms)
}

/** What time alone has changed. */
function asOf(stored: Stored, now: Date): Stored {
  if ((stored.state === 'pending' || stored.state === 'approved') && stored.expiresAt <= now)
    return { ...stored, state: 'expired' }
  if (stored.state === 'executing' && stored.leaseEndsAt !== null && stored.leaseEndsAt <= now)
    return { ...stored, state: 'unknown' }
  return stored
}

function isLive({ state, settledAt, decidedAt, leaseEndsAt, replayMs }: Stored, now: Date): boolean {
  if (state === 'expired') return false
  if (state === 'pending' || state === 'approved' || state === 'executing') return true
  const over = settledAt ?? leaseEndsAt ?? decidedAt
  return over !== null && after(over, replayMs) > now
}

function toPublic({ leaseEndsAt: _, replayMs: __, ...approval }: Stored): Approval {
  return Object.freeze(approval)
}

interface Waiting {
  readonly id: string
  readonly state: ApprovalState
  readonly signal: AbortSignal
  readonly read: (id: string) => Stored | null
  readonly waiters: Map<string, Set<() => void>>
  readonly now: Clock
}

/** Resolves when the approval has left its state (by an act or by time) or the signal aborts; leaves nothing behind. */
function changed({ id, state, signal, read, waiters, now }: Waiting): Promise<void> {
  return new Promise((resolve) => {
    const found = read(id)
    if (found === null || found.state !== state || signal.aborted) return resolve()
    const set = waiters.get(id) ?? new Set()
    const end = state === 'executing' ? found.leaseEndsAt : found.expiresAt
    const ms = Math.min((end?.getTime() ?? 0) - now().getTime() + 1, 2 ** 31 - 1)
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      set.delete(done)
      if (set.size === 0) waiters.delete(id)
      resolve()
    }
    const timer = setTimeout(done, ms)
    timer.unref()
    waiters.set(id, set.add(done))
    signal.addEventListener('abort', done, { once: true })
  })
}
