/** Lists approvals for the host's own pages. */

import { assertListLimit } from '../../adapter-kit/list-limit.js'
import type { Approval, ApprovalState } from '../../adapters/approvals.js'
import type { Database } from '../database/database.js'
import { canBeThere, isSequence } from '../database/fields.js'
import { APPROVAL, type ApprovalRow, STATE, toFound } from './rows.js'

/** Which approvals to list. Filters that are left out let every approval pass. */
export interface ApprovalQuery {
  /** Approvals of this workspace. */
  readonly workspaceId: string
  /** Approvals that are in this state now. */
  readonly state?: ApprovalState
  /** Approvals that this member asked for. */
  readonly memberId?: string
  /** Approvals for this tool, by its canonical name. */
  readonly tool?: string
  /** At most so many approvals in one page. Default 100. A TypeError unless it is a whole number of at least 0. */
  readonly limit?: number
  /** The `nextCursor` of the page before. Default `null`: the first page. */
  readonly cursor?: string | null
}

/** One page of approvals. */
export interface ApprovalPage {
  /** Newest first. */
  readonly approvals: readonly Approval[]
  /** `null`: this was the last page. */
  readonly nextCursor: string | null
}

/** Lists approvals, newest first. */
export async function listApprovals(
  { schemaPrefix, query }: Database,
  { workspaceId, state, memberId, tool, limit = 100, cursor = null }: ApprovalQuery,
): Promise<ApprovalPage> {
  assertListLimit(limit)
  if (!canBeThere(workspaceId, state, memberId, tool) || !isSequence(cursor))
    return { approvals: [], nextCursor: null }
  const rows = await query<ApprovalRow>(
    `select row_to_json(found)::text as row from (
       select ${APPROVAL} from ${schemaPrefix}approvals
       where workspace_id = $1 and ($2::bigint is null or seq < $2::bigint) and ($3::text is null or ${STATE} = $3)
         and ($4::text is null or member_id = $4) and ($5::text is null or tool = $5)
       order by seq desc limit $6::int) found order by seq desc`,
    [workspaceId, cursor, state ?? null, memberId ?? null, tool ?? null, limit + 1],
  )
  const page = rows.slice(0, limit).map(toFound)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    approvals: page.map(({ approval }) => approval),
    nextCursor: last === undefined ? null : String(last.seq),
  }
}
