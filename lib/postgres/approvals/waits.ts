/** Waiting for an approval to leave its state: woken by events of any node, by time, and by a slow look of its own. */

import type { NodeEvents } from '../../adapter-kit/node-events.js'
import type { ApprovalsAdapter } from '../../adapters/approvals.js'
import type { EventsAdapter } from '../../adapters/events.js'
import { withTimeout } from '../../foundation/async/timeout.js'
import type { FoundApproval } from './rows.js'

export interface ApprovalWaits {
  wait: NonNullable<ApprovalsAdapter['wait']>
  /** For what happened on this node: it needs no news. */
  wake(id: string): void
  /** How many are waiting. */
  count(): number
}

export interface ApprovalWaitsOptions {
  readonly events: EventsAdapter & Partial<Pick<NodeEvents, 'onGap' | 'ready'>>
  readonly find: (id: string) => Promise<FoundApproval | null>
  readonly onError: (error: unknown) => void
}

/** Events are best effort: nobody sleeps longer than this without a look. */
const LOOK_EVERY_MS = 5000
/** A look that takes longer found nobody there. */
const LOOK_MS = 5000
/** While the database is away. */
const LOOK_AGAIN_MS = 500
/** For subscriptions to be in effect; without them, the first look comes sooner instead. */
const READY_WITHIN_MS = 1000

export function createApprovalWaits(options: ApprovalWaitsOptions): ApprovalWaits {
  const sleepers = createSleepers(options.events)
  return {
    wake: sleepers.wake,
    count: sleepers.count,
    async wait({ id, state, signal }) {
      const sleeper = sleepers.add(id, signal)
      try {
        await sleeper.until(options.events.ready?.() ?? Promise.resolve(), READY_WITHIN_MS)
        for (;;) {
          sleeper.awake()
          const seen = await look(options, id, signal)
          if (seen !== 'away' && (seen?.approval.state !== state || signal.aborted))
            return seen?.approval ?? null
          await sleeper.sleep(pauseAfter(seen))
        }
      } finally {
        sleeper.leave()
      }
    },
  }
}

/** An outage is waited out as long as the caller has patience: the decision may be there when the database is back. */
async function look(
  { find, onError }: ApprovalWaitsOptions,
  id: string,
  signal: AbortSignal,
): Promise<FoundApproval | null | 'away'> {
  try {
    return await withTimeout(LOOK_MS, find(id), 'the database did not answer')
  } catch (error) {
    if (signal.aborted) throw error
    onError(error)
    return 'away'
  }
}

/** Timers round down, so a millisecond is added to what the database says. */
function pauseAfter(seen: FoundApproval | null | 'away'): number {
  if (seen === 'away') return LOOK_AGAIN_MS
  return Math.min(LOOK_EVERY_MS, (seen?.leavesInMs ?? LOOK_EVERY_MS) + 1)
}

interface Sleeper {
  /** Before a look: what woke it so far is covered by that look. */
  awake(): void
  /** Until it is woken, the time is over, or the signal aborts. What came since it was awake counts. */
  sleep(ms: number): Promise<void>
  until(done: Promise<void>, ms: number): Promise<void>
  leave(): void
}

interface Sleepers {
  add(id: string, signal: AbortSignal): Sleeper
  wake(id: string): void
  count(): number
}

/** One subscription for all of this process, for as long as anybody waits. */
function createSleepers({ subscribe, onGap }: ApprovalWaitsOptions['events']): Sleepers {
  const byId = new Map<string, Set<() => void>>()
  let ends: readonly (() => void)[] = []
  const wake = (id: string) => {
    for (const rouse of [...(byId.get(id) ?? [])]) rouse()
  }
  const wakeAll = () => {
    for (const id of [...byId.keys()]) wake(id)
  }
  const hear = () =>
    [
      subscribe((event) => {
        if (event.type === 'approval_changed') wake(event.approvalId)
      }),
      onGap?.(wakeAll) ?? (() => {}),
    ] as const
  return {
    add(id, signal) {
      const { sleep, awake, rouse, stop } = createSleep(signal)
      const set = byId.get(id) ?? new Set()
      byId.set(id, set.add(rouse))
      if (ends.length === 0) ends = hear()
      return {
        sleep,
        awake,
        until: (done, ms) => Promise.race([done, sleep(ms)]),
        leave() {
          stop()
          set.delete(rouse)
          if (set.size === 0 && byId.get(id) === set) byId.delete(id)
          if (byId.size > 0) return
          for (const end of ends) end()
          ends = []
        },
      }
    },
    wake,
    count: () => [...byId.values()].reduce((sum, set) => sum + set.size, 0),
  }
}

function createSleep(signal: AbortSignal) {
  let woken = false
  let timer: NodeJS.Timeout | undefined
  let end = () => {}
  const rouse = () => {
    woken = true
    end()
  }
  signal.addEventListener('abort', rouse)
  return {
    rouse,
    awake() {
      woken = false
    },
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        clearTimeout(timer)
        end = resolve
        if (woken || signal.aborted) resolve()
        else timer = setTimeout(resolve, ms).unref()
      }),
    stop() {
      clearTimeout(timer)
      signal.removeEventListener('abort', rouse)
    },
  }
}
