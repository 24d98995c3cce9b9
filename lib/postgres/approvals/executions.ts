/** Consumes and settles approvals, and extends their leases. Each is one conditional update, so only one of concurrent callers succeeds. */

import type { Approval, ApprovalsAdapter } from '../../adapters/approvals.js'
import type { Database, Value } from '../database/database.js'
import { canBeThere } from '../database/fields.js'
import { APPROVAL, type ApprovalRow, toFound } from './rows.js'

type Claim = Parameters<ApprovalsAdapter['consume']>[0]
type Settlement = Parameters<ApprovalsAdapter['settle']>[0]

const LEASE = `statement_timestamp() + $3::bigint * interval '1 millisecond'`

/** Begins the execution of an approved, unexpired approval. `null`: another caller did, or it is not approved. */
export function consume(database: Database, { id, runId, leaseMs }: Claim): Promise<Approval | null> {
  return change(
    database,
    `state = 'executing', run_id = $2, consumed_at = statement_timestamp(), lease_ends_at = ${LEASE}
     where id = $1 and state = 'approved' and expires_at > statement_timestamp()`,
    [id, runId, leaseMs],
  )
}

/** Stores the outcome. This works after the lease too, because a late outcome is better than `unknown`. */
export function settle(database: Database, { id, runId, outcome }: Settlement): Promise<Approval | null> {
  return change(
    database,
    `state = 'settled', settled_at = statement_timestamp(), outcome = $3::text::json
     where id = $1 and run_id = $2 and state = 'executing'`,
    [id, runId, JSON.stringify(outcome)],
  )
}

/** Extends a lease that has not ended. */
export async function extend(database: Database, { id, runId, leaseMs }: Claim): Promise<void> {
  await change(
    database,
    `lease_ends_at = ${LEASE}
     where id = $1 and run_id = $2 and state = 'executing' and lease_ends_at > statement_timestamp()`,
    [id, runId, leaseMs],
  )
}

/** The approval as the change left it, or `null` when its condition did not hold. */
async function change(
  { schemaPrefix, query }: Database,
  changes: string,
  values: readonly Value[],
): Promise<Approval | null> {
  // The first two values are ids.
  if (!canBeThere(...values.slice(0, 2).map(String))) return null
  const [row] = await query<ApprovalRow>(
    `with changed as (update ${schemaPrefix}approvals set ${changes} returning ${APPROVAL})
     select row_to_json(changed)::text as row from changed`,
    values,
  )
  return row === undefined ? null : toFound(row).approval
}
