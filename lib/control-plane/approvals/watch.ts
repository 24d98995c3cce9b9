/** Waits until an approval changes its state: with the store's `wait` if it has one, otherwise with the event bus and by polling. */

import type { Approval } from '../../adapters/approvals.js'
import { aborted, delay } from '../../foundation/async/deadline.js'
import { knownApproval } from '../request/stored-records.js'
import { callAdapter, notifyAdapter } from '../runtime/adapter-call.js'
import { createEventWaiter } from '../runtime/event-waiter.js'
import type { Runtime } from '../runtime/runtime.js'

const FIRST_POLL_MS = 100
const SLOWEST_POLL_MS = 1000

/** The approval when it has left its state or when the signal aborts; `null` if the store has it no longer. */
export async function nextState(
  runtime: Runtime,
  correlationId: string,
  approval: Approval,
  signal: AbortSignal,
): Promise<Approval | null> {
  const { approvals } = runtime.config.adapters
  const { id, state } = approval
  const read = () => readApproval(runtime, correlationId, id)
  // Another run consumed it first, or the store contradicts itself. Read it again after a delay, to avoid a tight loop.
  if (state === 'approved') return delay(FIRST_POLL_MS, signal).then(read)
  if (approvals?.wait !== undefined) {
    const wait = async () => knownApproval(await approvals.wait?.({ id, state, signal }))
    const woken = await untilUnresponsive(signal, wait()).catch((cause: unknown) => {
      runtime.config.onError(cause, { correlationId, code: 'UNAVAILABLE' })
    })
    if (woken && (woken.state !== state || signal.aborted)) return woken
  }
  return polled(runtime, approval, read, signal)
}

/** The approval as it is now; `null` if there is none with this id, or no store of approvals. */
export function readApproval(runtime: Runtime, correlationId: string, id: string): Promise<Approval | null> {
  const { approvals } = runtime.config.adapters
  if (approvals === undefined) return Promise.resolve(null)
  return callAdapter(runtime, correlationId, async () => knownApproval(await approvals.get({ id })))
}

/** How long after the abort a store may still answer. A store that ignores the signal must not delay the caller. */
const UNRESPONSIVE_MS = 1000

async function untilUnresponsive<T>(signal: AbortSignal, wait: Promise<T>): Promise<T | undefined> {
  const over = new AbortController()
  const unresponsive = aborted(signal).then(() => delay(UNRESPONSIVE_MS, over.signal))
  return Promise.race([wait, unresponsive.then(() => undefined)]).finally(() => over.abort())
}

async function polled(
  runtime: Runtime,
  approval: Approval,
  read: () => Promise<Approval | null>,
  signal: AbortSignal,
): Promise<Approval | null> {
  const { id, state } = approval
  const waiter = createEventWaiter(
    runtime.eventBus,
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
      await waiter.next(ms, signal)
      current = await read()
    }
    return current
  } finally {
    waiter.close()
  }
}

/** Publishes that an approval has changed, so that waits on other nodes read it. A node that misses the event still polls. */
export async function publishApprovalChanged(
  runtime: Runtime,
  correlationId: string,
  { workspaceId, memberId, id: approvalId }: Pick<Approval, 'workspaceId' | 'memberId' | 'id'>,
): Promise<void> {
  await notifyAdapter(runtime, correlationId, () =>
    runtime.eventBus.publish({ type: 'approval_changed', workspaceId, memberId, approvalId }),
  )
}
