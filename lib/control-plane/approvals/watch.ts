/** Waits until an approval moves: by the adapter's own `wait` where there is one, else by the event hub, and by asking now and then. */

import type { Approval } from '../../adapters/approvals.js'
import { aborted, pause } from '../../foundation/async/deadline.js'
import { callAdapter, tellAdapter } from '../runtime/adapter-call.js'
import { createBell } from '../runtime/event-waiter.js'
import type { Plane } from '../runtime/runtime.js'

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
  const read = () => readApproval(plane, correlationId, id)
  // Somebody else was faster, or the store contradicts itself: look again, but never in a tight loop.
  if (state === 'approved') return pause(FIRST_POLL_MS, signal).then(read)
  if (approvals.wait !== undefined) {
    const wait = async () => approvals.wait?.({ id, state, signal })
    const woken = await untilDeaf(signal, wait()).catch((cause: unknown) => {
      plane.config.onError(cause, { correlationId, code: 'UNAVAILABLE' })
    })
    if (woken && (woken.state !== state || signal.aborted)) return woken
  }
  return polled(plane, approval, read, signal)
}

export function readApproval(plane: Plane, correlationId: string, id: string): Promise<Approval | null> {
  const { approvals } = plane.config.adapters
  return callAdapter(plane, correlationId, async () => (await approvals.get({ id })) ?? null)
}

/** A store that does not listen to the signal must not keep the caller: it is waited for no longer than this after it. */
const DEAF_MS = 1000

async function untilDeaf<T>(signal: AbortSignal, wait: Promise<T>): Promise<T | undefined> {
  const over = new AbortController()
  const deaf = aborted(signal).then(() => pause(DEAF_MS, over.signal))
  return Promise.race([wait, deaf.then(() => undefined)]).finally(() => over.abort())
}

async function polled(
  plane: Plane,
  approval: Approval,
  read: () => Promise<Approval | null>,
  signal: AbortSignal,
): Promise<Approval | null> {
  const { id, state } = approval
  const bell = createBell(
    plane.hub,
    approval,
    (event) => event.type === 'approval_changed' && event.approvalId === id,
  )
  try {
    let current: Approval | null = approval
    for (
      let ms = FIRST_POLL_MS;
      current?.state === state && !signal.aborted;
      ms = Math.min(ms * 2, SLOWEST_POLL_MS)
    ) {
      await bell.heard(ms, signal)
      current = await read()
    }
    return current
  } finally {
    bell.close()
  }
}

/** Tells those who wait on other nodes. Who misses it finds out by asking. */
export async function tellApprovalChanged(
  plane: Plane,
  correlationId: string,
  { workspaceId, memberId, id: approvalId }: Pick<Approval, 'workspaceId' | 'memberId' | 'id'>,
): Promise<void> {
  await tellAdapter(plane, correlationId, () =>
    plane.hub.publish({ type: 'approval_changed', workspaceId, memberId, approvalId }),
  )
}
