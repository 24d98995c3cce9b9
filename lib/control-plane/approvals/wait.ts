/** Waits for the decision on the caller's own approval, outside of a tool call. */

import type { Approval } from '../../adapters/approvals.js'
import { withDeadline } from '../../foundation/async/deadline.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { ownApproval } from './find.js'
import { nextState } from './watch.js'

/** Limits of `waitForApproval`. */
export interface WaitOptions {
  /** Longest wait, in milliseconds. */
  readonly timeoutMs: number
  /** Ends the wait early. */
  readonly signal: AbortSignal
}

/** The approval when it is no longer pending, or as it is when the wait ends; `null` if the caller has none with this id. */
export async function waitForApproval(
  runtime: Runtime,
  admitted: Admitted,
  id: string,
  { timeoutMs, signal: given }: WaitOptions,
): Promise<Approval | null> {
  return withDeadline({ ms: timeoutMs, signals: [given, admitted.received.closing] }, async ({ signal }) => {
    let approval = await ownApproval(runtime, admitted, id)
    while (approval?.state === 'pending' && !signal.aborted)
      approval = await nextState(runtime, admitted.context.correlationId, approval, signal)
    return approval
  })
}
