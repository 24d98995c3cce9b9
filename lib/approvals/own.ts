/** The caller's own approvals. Another member's, even with the same key, does not exist for them. */

import type { Approval } from '../adapters/approvals.js'
import type { Admitted } from '../pipeline/context.js'
import type { Plane } from '../pipeline/plane.js'
import { readApproval } from './changes.js'

export async function ownApproval(
  plane: Plane,
  { context, correlationId }: Admitted,
  id: string,
): Promise<Approval | null> {
  const approval = await readApproval(plane, correlationId, id)
  const own =
    approval?.id === id &&
    approval.workspaceId === context.workspaceId &&
    approval.memberId === context.member.id
  return own ? approval : null
}
