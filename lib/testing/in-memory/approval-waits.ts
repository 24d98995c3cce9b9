/** Waits until an approval leaves its state, without polling. */

import type { ApprovalState, ApprovalsAdapter } from '../../adapters/approvals.js'
import { MOST_TIMER_MS } from '../../foundation/async/deadline.js'
import { type ApprovalTable, leavesAt } from './approval-table.js'
import type { Clock } from './keyed.js'

/** The open waits. */
export interface ApprovalWaits {
  /** Resolves when the approval has left its state, by a change or by time, or the signal aborts. It leaves no timer or listener. */
  untilLeft(query: Parameters<NonNullable<ApprovalsAdapter['wait']>>[0]): Promise<void>
  /** Call it after each change of an approval. */
  wake(id: string): void
  /** The number of open waits. */
  count(): number
}

type Look = () => void

/** Makes the waits of a table. */
export function createApprovalWaits(table: ApprovalTable, clock: Clock): ApprovalWaits {
  const waiting = new Map<string, Set<Look>>()
  return {
    async untilLeft({ id, state, signal }) {
      const hasLeft = () => signal.aborted || table.find(id)?.state !== state
      if (hasLeft()) return
      const { promise, resolve } = once()
      const look = () => {
        if (hasLeft()) resolve()
      }
      const stopAlarm = setAlarm({ table, clock, id, state }, look)
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
  readonly table: ApprovalTable
  readonly clock: Clock
  readonly id: string
  readonly state: ApprovalState
}

/**
 * Calls `look` when the state should have ended by itself, and again until it has: timers round down, and a test may move its clock by
 * hand. Keeps no process alive.
 */
function setAlarm(alarm: Alarm, look: Look): () => void {
  let timer: NodeJS.Timeout | undefined
  const set = () => {
    const found = alarm.table.find(alarm.id)
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
