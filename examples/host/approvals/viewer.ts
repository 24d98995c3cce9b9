/** Who looks at the approvals, which of them they see, and which they may decide. */

import type { Approval, Member } from 'allv-mcp'

export const OPERATOR = 'operator'

export type Viewer =
  | { readonly kind: 'operator'; readonly name: typeof OPERATOR }
  /** A person, who may be a member of several workspaces under one email address. */
  | { readonly kind: 'member'; readonly name: string; readonly members: readonly Member[] }

/** Whoever may not see an approval learns nothing of it, not even that it is there. */
export function maySee(viewer: Viewer, approval: Approval): boolean {
  return viewer.kind === 'operator' || identityIn(viewer.members, approval) !== undefined
}

/** Under which name this viewer decides, or `null` where it is for somebody else to decide: four eyes one way, the member's own word the other. */
export function deciderName(viewer: Viewer, approval: Approval): string | null {
  if (viewer.kind === 'operator') return approval.approver === 'operator' ? viewer.name : null
  const own = identityIn(viewer.members, approval)
  return own !== undefined && approval.approver === 'member' ? own.id : null
}

function identityIn(members: readonly Member[], { workspaceId, memberId }: Approval): Member | undefined {
  return members.find((member) => member.workspaceId === workspaceId && member.id === memberId)
}
