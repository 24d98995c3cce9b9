/** The resources that the process holds. */

import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NEVER } from '../../lib/foundation/async/deadline.js'

setFlagsFromString('--expose_gc')
const collect: () => void = runInNewContext('gc')

/** Timers, sockets, servers and whatever else keeps a process alive, by kind, and listeners on the signal that outlives everything. */
export function handles(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = { neverListeners: listenersOf(NEVER) }
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

export function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length
}

/** Bytes in use after a full garbage collection. */
export async function heap(): Promise<number> {
  for (let times = 0; times < 4; times += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    collect()
  }
  return process.memoryUsage().heapUsed
}
