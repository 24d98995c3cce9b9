/** Approvals with what they only name by id: a person who decides must know who that is. */

import type { Approval, Member } from 'allv-mcp'
import type { PostgresAdapters } from 'allv-mcp/postgres'
import { type MemoryPreview, previewMemory } from './memory-preview.js'

export interface ApprovalFacts {
  readonly approval: Approval
  /** `null`: not there any more. */
  readonly member: Member | null
  readonly keyName: string | null
  readonly preview: MemoryPreview | null
}

export type FactStores = Pick<PostgresAdapters, 'apiKeys' | 'members' | 'memory'>

export async function factsOf(stores: FactStores, approval: Approval): Promise<ApprovalFacts> {
  const { workspaceId, memberId, credentialId } = approval
  const [member, keys] = await Promise.all([
    stores.members.findById({ workspaceId, memberId }),
    stores.apiKeys.list({ workspaceId }),
  ])
  const keyName = keys.find(({ id }) => id === credentialId)?.name ?? null
  return { approval, member, keyName, preview: await previewMemory(stores, approval, member) }
}

/** For scripts. */
export function toJson({ approval, member, keyName }: ApprovalFacts) {
  const { id, workspaceId, state, tool, memberId, credentialId, client, face } = approval
  const { requestedAt, expiresAt, approver, summary, decidedBy, channel, reason } = approval
  return {
    id,
    workspaceId,
    state,
    tool,
    arguments: approval.arguments,
    summary,
    approver,
    member: { id: memberId, email: member?.email ?? null },
    key: { id: credentialId, name: keyName },
    /** What the client says of itself. */
    client,
    face,
    requestedAt,
    expiresAt,
    decidedBy,
    channel,
    reason,
  }
}
