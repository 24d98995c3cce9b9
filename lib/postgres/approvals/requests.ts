/** Gives the live approval of a binding, or makes one. Concurrent requests get the same one, and a member never has too many pending. */

import { storableJson } from '../../adapter-kit/storable.js'
import type { Approval, ApprovalRequest, TooManyPending, UnlimitedRequest } from '../../adapters/approvals.js'
import type { Database, Query, Value } from '../database/database.js'
import { lockExclusively } from '../database/locks.js'
import { APPROVAL, type ApprovalRow, LIVE, toFound } from './rows.js'

/** Gives the live approval of the request's binding, or makes one. */
export function requestApproval(database: Database, request: UnlimitedRequest): Promise<Approval>
export function requestApproval(
  database: Database,
  request: ApprovalRequest,
): Promise<Approval | TooManyPending>
export async function requestApproval(
  database: Database,
  request: ApprovalRequest,
): Promise<Approval | TooManyPending> {
  // Most requests are repeats, which find their approval without a lock.
  const live = await findLive(database.schemaPrefix, database.query, request.binding)
  if (live !== null) return live
  return database.transaction(async (query) => {
    await lockExclusively(query, `approval ${request.binding}`)
    const joined = await findLive(database.schemaPrefix, query, request.binding)
    if (joined !== null) return joined
    if (await hasTooMany(database.schemaPrefix, query, request)) return { status: 'too_many_pending' }
    return insert(database.schemaPrefix, query, request)
  })
}

/**
 * Locks the member's requests until the transaction ends, so that each sees those before it. The lock of the binding is always taken first, so
 * no deadlock can occur.
 */
async function hasTooMany(
  schemaPrefix: string,
  query: Query,
  { workspaceId, memberId, maxPending }: ApprovalRequest,
): Promise<boolean> {
  if (maxPending === undefined) return false
  await lockExclusively(query, `pending approvals ${JSON.stringify([workspaceId, memberId])}`)
  const [pending = 0] = await query<number>(
    `select count(*)::text as row from ${schemaPrefix}approvals
     where workspace_id = $1 and member_id = $2 and state = 'pending' and expires_at > statement_timestamp()`,
    [workspaceId, memberId],
  )
  return pending >= maxPending
}

/** Only the newest approval of a binding can be live. */
async function findLive(schemaPrefix: string, query: Query, binding: string): Promise<Approval | null> {
  const [row] = await query<ApprovalRow>(
    `select row_to_json(found)::text as row from (
       select ${APPROVAL} from (select * from ${schemaPrefix}approvals where binding = $1 order by seq desc limit 1) newest
       where ${LIVE}) found`,
    [binding],
  )
  return row === undefined ? null : toFound(row).approval
}

async function insert(schemaPrefix: string, query: Query, request: ApprovalRequest): Promise<Approval> {
  const values: Value[] = [
    request.id,
    request.workspaceId,
    request.memberId,
    request.tool,
    request.definitionDigest,
    request.argumentsDigest,
    request.idempotencyKey,
    request.binding,
    request.approver,
    JSON.stringify(request.arguments),
    storableJson(request.summary),
    request.credentialId,
    request.credentialKind ?? null,
    request.face,
    request.client === null ? null : JSON.stringify(request.client),
    request.ttlMs,
    request.replayMs,
  ]
  const [row] = await query<ApprovalRow>(
    `with made as (
       insert into ${schemaPrefix}approvals (id, workspace_id, member_id, tool, definition_digest, arguments_digest, idempotency_key,
         binding, approver, state, arguments, summary, credential_id, credential_kind, face, client, requested_at, expires_at, replay_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10::text::json, $11, $12, $13, $14, $15::text::json,
         statement_timestamp(), statement_timestamp() + $16::bigint * interval '1 millisecond', $17::bigint)
       returning ${APPROVAL})
     select row_to_json(made)::text as row from made`,
    values,
  )
  if (row === undefined) throw new Error('the approval was not stored')
  return toFound(row).approval
}
