/** Waits until an approval leaves its state. Events of any node, the state's own end and a slow poll make a wait read the approval again. */

import type { NodeEvents } from '../../adapter-kit/node-events.js'
import type { ApprovalsAdapter } from '../../adapters/approvals.js'
import type { EventsAdapter } from '../../adapters/events.js'
import { withTimeout } from '../../foundation/async/timeout.js'
import type { FoundApproval } from './rows.js'

/** The open waits of this node. */
export interface ApprovalWaits {
  /** See `ApprovalsAdapter`. */
  wait: NonNullable<ApprovalsAdapter['wait']>
  /** Makes the waits for an approval read it again, after a change on this node, which needs no event. */
  wake(id: string): void
  /** The number of open waits. */
  count(): number
}

/** Options of `createApprovalWaits`. */
export interface ApprovalWaitsOptions {
  /** Carries events between nodes. */
  readonly events: EventsAdapter & Partial<Pick<NodeEvents, 'onGap' | 'ready'>>
  /** Reads an approval. */
  readonly find: (id: string) => Promise<FoundApproval | null>
  /** Gets failures of a read. */
  readonly onError: (error: unknown) => void
}

/** Events may be lost, so every wait reads its approval at least this often. */
const LOOK_EVERY_MS = 5000
/** The time limit of a read. */
const LOOK_MS = 5000
/** The pause after a failed read. */
const LOOK_AGAIN_MS = 500
/** The longest wait for the subscription before the first read. */
const READY_WITHIN_MS = 1000

/** Makes the waits of one node. */
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

/** Reads the approval. During an outage the wait goes on until its signal aborts, because the decision may be there when the database is back. */
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

/** Timers round down, so one millisecond is added to the database's time. */
function pauseAfter(seen: FoundApproval | null | 'away'): number {
  if (seen === 'away') return LOOK_AGAIN_MS
  return Math.min(LOOK_EVERY_MS, (seen?.leavesInMs ?? LOOK_EVERY_MS) + 1)
}

interface Sleeper {
  /** Clears earlier wake-ups before a read, which covers them. */
  awake(): void
  /** Resolves when it is woken, the time is over, or the signal aborts. A wake-up since `awake` counts. */
  sleep(ms: number): Promise<void>
  /** Resolves when `done` does, or as `sleep` does. */
  until(done: Promise<void>, ms: number): Promise<void>
  leave(): void
}

interface Sleepers {
  add(id: string, signal: AbortSignal): Sleeper
  wake(id: string): void
  count(): number
}

/** All waits of this process share one subscription, which exists while there is a wait. */
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
