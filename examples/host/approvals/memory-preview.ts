/** What an `agent.update_memory` that waits for approval would do to the entry as it is now. */

import type { Approval, Member } from 'allv-mcp'
import type { PostgresAdapters } from 'allv-mcp/postgres'
import { z } from 'zod'
import { type LineDiff, lineDiff } from './line-diff.js'

export type MemoryPreview =
  | {
      readonly would: 'change'
      readonly operation: 'replace' | 'append' | 'delete'
      /** The one that is there now; `null`: there is no such entry yet. */
      readonly revision: string | null
      /** Whether the call runs at this revision only. Otherwise it runs on whatever is there by then. */
      readonly pinned: boolean
      readonly diff: LineDiff
    }
  /** As things are, the tool would answer with this. */
  | { readonly would: 'be refused'; readonly why: string }

const UPDATE_MEMORY = 'agent.update_memory'
const change = z.object({
  key: z.string(),
  operation: z.enum(['replace', 'append', 'delete']).default('replace'),
  text: z.string().optional(),
  expectedRevision: z.string().optional(),
})

/** `null` where there is nothing to foresee: another tool, a call that will not run, or one that has. */
export async function previewMemory(
  { memory }: Pick<PostgresAdapters, 'memory'>,
  approval: Approval,
  member: Member | null,
): Promise<MemoryPreview | null> {
  const open = approval.state === 'pending' || approval.state === 'approved'
  if (approval.tool !== UPDATE_MEMORY || !open || member === null) return null
  const parsed = change.safeParse(approval.arguments)
  if (!parsed.success) return { would: 'be refused', why: 'The tool does not take these arguments.' }
  // Read as the member who asks: the person who decides sees no more than a member of that workspace may.
  const entry = await memory.read(contextOf(approval, member), { key: parsed.data.key })
  return foresee(parsed.data, entry)
}

function foresee(
  { operation, text, expectedRevision }: z.infer<typeof change>,
  entry: { readonly text: string; readonly revision: string } | null,
): MemoryPreview {
  const refused = (why: string): MemoryPreview => ({ would: 'be refused', why })
  if ((operation === 'delete') !== (text === undefined))
    return refused('To replace or append takes a text, to delete takes none.')
  const revision = entry?.revision ?? null
  if (expectedRevision !== undefined && expectedRevision !== revision) {
    const now = revision === null ? 'there is no such entry' : `the entry is at revision ${revision}`
    return refused(`It expects revision ${expectedRevision}, and ${now}.`)
  }
  if (operation === 'delete' && entry === null) return refused('There is no entry with this key to delete.')
  const before = entry?.text ?? ''
  const after = { replace: text ?? '', append: before + (text ?? ''), delete: '' }[operation]
  return {
    would: 'change',
    operation,
    revision,
    pinned: expectedRevision !== undefined,
    diff: lineDiff(before, after),
  }
}

function contextOf({ workspaceId, id }: Approval, member: Member) {
  const credential = { id: 'approvals-page', kind: 'host', scopes: ['memory:read'] } as const
  return {
    workspaceId,
    member,
    credential,
    face: 'agent',
    era: null,
    client: null,
    trace: null,
    correlationId: id,
  } as const
}
