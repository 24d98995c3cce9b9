/** Finds the caller's own approvals. An approval of another member is not found, even for the same API key. */

import type { Approval } from '../../adapters/approvals.js'
import { cleanName } from '../../foundation/text/text.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { readApproval } from './watch.js'

/** The approval, or `null` if the caller has none with this id. */
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

/** The fields of the audit event for a read of an approval. The id is cleaned and cut to 128 characters. */
export function shownApproval(
  id: string,
  approval: Approval | null,
): { readonly approvalId: string; readonly outcome: string } {
  return { approvalId: cleanName(id, 128), outcome: approval?.state ?? 'not_found' }
}
