/** The caller's own approvals. Another member's, even with the same key, does not exist for them. */

import type { Approval } from '../../adapters/approvals.js'
import { cleanName } from '../../foundation/text/text.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { readApproval } from './watch.js'

export async function ownApproval(
  runtime: Runtime,
  { context }: Admitted,
  id: string,
): Promise<Approval | null> {
  const approval = await readApproval(runtime, context.correlationId, id)
  const own =
    approval?.id === id &&
    approval.workspaceId === context.workspaceId &&
    approval.memberId === context.member.id
  return own ? approval : null
}

/** What an event says of who looked. An id that is none of the caller's is kept as it was tried, within bounds. */
export function shownApproval(
  id: string,
  approval: Approval | null,
): { readonly approvalId: string; readonly outcome: string } {
  return { approvalId: cleanName(id, 128), outcome: approval?.state ?? 'not_found' }
}
