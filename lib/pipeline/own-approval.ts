/** The caller's own approvals. Another member's, even with the same key, does not exist for them. */

import type { Approval } from '../adapters/approvals.js'
import { callAdapter } from './adapter-call.js'
import type { Admitted } from './context.js'
import type { Plane } from './plane.js'

export async function ownApproval(
  plane: Plane,
  { context, correlationId }: Admitted,
  id: string,
): Promise<Approval | null> {
  const approval = await callAdapter(plane, correlationId, () => plane.config.adapters.approvals.get({ id }))
  const own =
    approval?.id === id &&
    approval.workspaceId === context.workspaceId &&
    approval.memberId === context.member.id
  return own ? approval : null
}
