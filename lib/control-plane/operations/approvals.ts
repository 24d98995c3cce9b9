/** The operations that show a member their own approvals. */

import type { Approval } from '../../adapters/approvals.js'
import { ownApproval, shownApproval } from '../approvals/find.js'
import { waitForApproval as awaitDecision, type WaitOptions } from '../approvals/wait.js'
import { operation } from '../request/operation.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'

/** The member's own approval, or `null`. Approvals of other members are not found either. */
export async function getApproval(
  runtime: Runtime,
  admitted: Admitted,
  id: string,
): Promise<Approval | null> {
  return operation(runtime, admitted, 'approvals/get', async () => {
    const result = await ownApproval(runtime, admitted, id)
    return { result, facts: shownApproval(id, result) }
  })
}

/** Like `getApproval`, but waits until the approval is no longer pending or the time is up. */
export async function waitForApproval(
  runtime: Runtime,
  admitted: Admitted,
  id: string,
  options: WaitOptions,
): Promise<Approval | null> {
  return operation(runtime, admitted, 'approvals/wait', async () => {
    const result = await awaitDecision(runtime, admitted, id, options)
    return { result, facts: shownApproval(id, result) }
  })
}
