/** Waits until an approval moves: by the adapter's own `wait` where there is one, else by asking now and then. */

import type { Approval } from '../adapters/approvals.js'
import { callAdapter } from './adapter-call.js'
import { pause } from './deadline.js'
import type { Plane } from './plane.js'

const FIRST_POLL_MS = 100
const SLOWEST_POLL_MS = 1000

/** The approval once it has left its state, as it is when the signal aborts, or `null` when it is gone. */
export async function nextState(
  plane: Plane,
  correlationId: string,
  approval: Approval,
  signal: AbortSignal,
): Promise<Approval | null> {
  const { approvals } = plane.config.adapters
  const { id, state } = approval
  const read = () => callAdapter(plane, correlationId, async () => (await approvals.get({ id })) ?? null)
  // Somebody else was faster, or the store contradicts itself: look again, but never in a tight loop.
  if (state === 'approved') return pause(FIRST_POLL_MS, signal).then(read)
  if (approvals.wait !== undefined) {
    const woken = await approvals.wait({ id, state, signal }).catch((cause: unknown) => {
      plane.config.onError(cause, { correlationId, code: 'UNAVAILABLE' })
    })
    if (woken && (woken.state !== state || signal.aborted)) return woken
  }
  let current: Approval | null = approval
  for (
    let ms = FIRST_POLL_MS;
    current?.state === state && !signal.aborted;
    ms = Math.min(ms * 2, SLOWEST_POLL_MS)
  ) {
    await pause(ms, signal)
    current = await read()
  }
  return current
}
