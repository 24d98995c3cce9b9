/** The table of in-memory approvals, and the state that follows from the time. Nothing is ever removed. */

import type { Approval, ApprovalState } from '../../adapters/approvals.js'
import { frozenCopy } from './frozen-copy.js'
import { type Clock, keyed, listOf } from './keyed.js'

/** An approval with what only the store needs. */
export interface StoredApproval extends Approval {
  /** When the lease of its execution ends. `null`: it was not consumed. */
  readonly leaseEndsAt: Date | null
  /** See `ApprovalRequest`. */
  readonly replayMs: number
}

/** All approvals, with their states as they are now. */
export interface ApprovalTable {
  /** The approval with this id, or `null`. */
  find(id: string): StoredApproval | null
  /** The approval that still answers calls of this binding, or `null`. */
  live(binding: string): StoredApproval | null
  /** The number of pending approvals of a member in a workspace. A result below `most` may also count approvals that no longer are pending. */
  pendingOf(member: Pick<Approval, 'workspaceId' | 'memberId'>, most: number): number
  /** All approvals, or those of a workspace, newest first. */
  all(workspaceId?: string): readonly StoredApproval[]
  /** Adds or replaces an approval. */
  put(approval: StoredApproval): StoredApproval
}

/** Makes an empty table. */
export function createApprovalTable(clock: Clock): ApprovalTable {
  const byId = new Map<string, StoredApproval>()
  const newestByBinding = new Map<string, string>()
  const byWorkspace = new Map<string, string[]>()
  /** By member, the ids of approvals that were pending when they were last read. */
  const pending = new Map<string, Set<string>>()
  const find = (id: string) => {
    const stored = byId.get(id)
    return stored === undefined ? null : asOf(stored, clock())
  }
  return {
    find,
    live(binding) {
      const newest = find(newestByBinding.get(binding) ?? '')
      return newest !== null && answersCalls(newest, clock()) ? newest : null
    },
    pendingOf({ workspaceId, memberId }, most) {
      const ids = pending.get(keyed(workspaceId, memberId)) ?? new Set()
      // Ids that are no longer pending are removed only when there seem to be too many.
      if (ids.size < most) return ids.size
      for (const id of ids) if (find(id)?.state !== 'pending') ids.delete(id)
      return ids.size
    },
    all(workspaceId) {
      const ids = workspaceId === undefined ? [...byId.keys()] : (byWorkspace.get(workspaceId) ?? [])
      return ids.flatMap((id) => find(id) ?? []).reverse()
    },
    put(approval) {
      if (!byId.has(approval.id)) {
        newestByBinding.set(approval.binding, approval.id)
        listOf(byWorkspace, approval.workspaceId).push(approval.id)
        const member = keyed(approval.workspaceId, approval.memberId)
        pending.set(member, (pending.get(member) ?? new Set()).add(approval.id))
      }
      byId.set(approval.id, frozenCopy(approval))
      return approval
    },
  }
}

/** When the state ends by itself; `null` if it does not. */
export function leavesAt({ state, expiresAt, leaseEndsAt }: StoredApproval): Date | null {
  if (state === 'pending' || state === 'approved') return expiresAt
  return state === 'executing' ? leaseEndsAt : null
}

/** The time `ms` milliseconds after `now`. */
export function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms)
}

/** The approval as callers get it. */
export function toPublic({ leaseEndsAt: _, replayMs: __, ...approval }: StoredApproval): Approval {
  return frozenCopy(approval)
}

function asOf(stored: StoredApproval, now: Date): StoredApproval {
  const end = leavesAt(stored)
  if (end === null || end > now) return stored
  return { ...stored, state: stored.state === 'executing' ? 'unknown' : 'expired' }
}

function answersCalls(approval: StoredApproval, now: Date): boolean {
  if (approval.state === 'expired') return false
  const over = overSince(approval)
  return over === null || after(over, approval.replayMs) > now
}

function overSince({ state, decidedAt, settledAt, leaseEndsAt }: StoredApproval): Date | null {
  const ends: Partial<Record<ApprovalState, Date | null>> = {
    denied: decidedAt,
    settled: settledAt,
    unknown: leaseEndsAt,
  }
  return ends[state] ?? null
}
