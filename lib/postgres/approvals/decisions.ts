/** Decides an approval once, and records the decision in the audit log in the same transaction. */

import { assertDecider, decisionEvent } from '../../adapter-kit/decision-event.js'
import { storableDecision } from '../../adapter-kit/decision-text.js'
import type { Decision, DecisionResult } from '../../adapters/approvals.js'
import type { Database, Query, Value } from '../database/database.js'
import { canBeThere } from '../database/fields.js'
import { append } from '../records/journal.js'
import { APPROVAL, type ApprovalRow, toFound } from './rows.js'

/** Decides an approval. Rejects with a TypeError for a `decidedBy` that cannot be stored. */
export async function decideApproval(database: Database, asked: Decision): Promise<DecisionResult> {
  assertDecider(asked)
  const decision = storableDecision(asked)
  if (!canBeThere(decision.id)) return { status: 'not_found' }
  return database.transaction((query) => decide(database.schemaPrefix, query, decision))
}

async function decide(schemaPrefix: string, query: Query, decision: Decision): Promise<DecisionResult> {
  const { id, decidedBy, channel = 'page', reason = null } = decision
  const state = decision.decision === 'approve' ? 'approved' : 'denied'
  const [row] = await query<ApprovalRow>(
    `with changed as (
       update ${schemaPrefix}approvals set state = $2, decided_at = statement_timestamp(), decided_by = $3, channel = $4, reason = $5
       where id = $1 and state = 'pending' and expires_at > statement_timestamp()
         and not (approver = 'operator' and member_id = $3)
       returning ${APPROVAL})
     select row_to_json(changed)::text as row from changed`,
    [id, state, decidedBy, channel, reason],
  )
  if (row === undefined) return refusal(schemaPrefix, query, decision)
  const { approval } = toFound(row)
  const values: Value[] = []
  await query(
    append(schemaPrefix, [decisionEvent(approval, approval.decidedAt ?? new Date())], values),
    values,
  )
  return { status: 'decided', approval }
}

async function refusal(schemaPrefix: string, query: Query, { id }: Decision): Promise<DecisionResult> {
  const [row] = await query<ApprovalRow>(
    `select row_to_json(found)::text as row from (select ${APPROVAL} from ${schemaPrefix}approvals where id = $1) found`,
    [id],
  )
  if (row === undefined) return { status: 'not_found' }
  const { approval } = toFound(row)
  return { status: approval.state === 'pending' ? 'own_request' : 'not_pending', approval }
}
