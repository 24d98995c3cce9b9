/** Waiting for an approval to leave its state, without asking again and again. */

import type { ApprovalState, ApprovalsAdapter } from '../../adapters/approvals.js'
import { MOST_TIMER_MS } from '../../foundation/async/deadline.js'
import { type ApprovalTable, leavesAt } from './approval-table.js'
import type { Clock } from './keyed.js'

export interface ApprovalWaits {
  /** Resolves when the approval has left its state, by an act or by time, or the signal aborts; leaves nothing behind. */
  leaving(query: Parameters<NonNullable<ApprovalsAdapter['wait']>>[0]): Promise<void>
  /** To be called whenever an approval has changed. */
  wake(id: string): void
  count(): number
}

type Look = () => void

export function createApprovalWaits(shelf: ApprovalTable, clock: Clock): ApprovalWaits {
  const waiting = new Map<string, Set<Look>>()
  return {
    async leaving({ id, state, signal }) {
      const hasLeft = () => signal.aborted || shelf.find(id)?.state !== state
      if (hasLeft()) return
      const { promise, resolve } = once()
      const look = () => {
        if (hasLeft()) resolve()
      }
      const stopAlarm = setAlarm({ shelf, clock, id, state }, look)
      signal.addEventListener('abort', look)
      join(waiting, id, look)
      await promise
      stopAlarm()
      signal.removeEventListener('abort', look)
      leave(waiting, id, look)
    },
    wake(id) {
      for (const look of [...(waiting.get(id) ?? [])]) look()
    },
    count: () => [...waiting.values()].reduce((sum, looks) => sum + looks.size, 0),
  }
}

function once(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

function join(waiting: Map<string, Set<Look>>, id: string, look: Look): void {
  const looks = waiting.get(id) ?? new Set()
  waiting.set(id, looks.add(look))
}

function leave(waiting: Map<string, Set<Look>>, id: string, look: Look): void {
  const looks = waiting.get(id)
  looks?.delete(look)
  if (looks?.size === 0) waiting.delete(id)
}

interface Alarm {
  readonly shelf: ApprovalTable
  readonly clock: Clock
  readonly id: string
  readonly state: ApprovalState
}

/**
 * Looks when time should have moved the approval on, and again as long as it has not: timers round down, and a clock that a test
 * moves by hand runs at a pace of its own. Keeps no process alive.
 */
function setAlarm(alarm: Alarm, look: Look): () => void {
  let timer: NodeJS.Timeout | undefined
  const set = () => {
    const found = alarm.shelf.find(alarm.id)
    const at = found?.state === alarm.state ? leavesAt(found) : null
    if (at === null) return
    const ms = Math.max(1, at.getTime() - alarm.clock().getTime())
    timer = setTimeout(ring, Math.min(ms, MOST_TIMER_MS)).unref()
  }
  const ring = () => {
    look()
    set()
  }
  set()
  return () => clearTimeout(timer)
}
