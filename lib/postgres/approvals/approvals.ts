/** Approvals in PostgreSQL: one approval for one call, one decision, one winner ever, and the truth afterwards. */

import type { NodeEvents } from '../../adapter-kit/node-events.js'
import type {
  Approval,
  ApprovalRequest,
  ApprovalsAdapter,
  Decision,
  DecisionResult,
  TooManyPending,
  UnlimitedRequest,
} from '../../adapters/approvals.js'
import type { EventsAdapter } from '../../adapters/events.js'
import type { Database } from '../database/database.js'
import { canBeThere } from '../database/fields.js'
import { decideApproval } from './decisions.js'
import { consume, extend, settle } from './executions.js'
import { type ApprovalPage, type ApprovalQuery, listApprovals } from './list.js'
import { requestApproval } from './requests.js'
import { APPROVAL, type ApprovalRow, type FoundApproval, toFound } from './rows.js'
import { createApprovalWaits } from './waits.js'

/** Approvals in PostgreSQL, with what a page for decisions needs. */
export interface PostgresApprovals extends ApprovalsAdapter {
  /** Without `maxPending` there is always an approval. */
  request(request: UnlimitedRequest): Promise<Approval>
  /** With `maxPending` there may be too many pending already. */
  request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  /** Gives the execution of an approved call more time. */
  extend: NonNullable<ApprovalsAdapter['extend']>
  /** Waits until an approval leaves a state. A decision on any node ends the wait. */
  wait: NonNullable<ApprovalsAdapter['wait']>
  /**
   * Decides, and appends `approval.decided` to the audit trail in the same transaction. Wakes who waits, on whichever node: news that cannot
   * be told are told to `onError`, and the decision stands. Rejects with a TypeError for a decision by nobody, and for a `decidedBy` that cannot
   * be stored.
   */
  decide(decision: Decision): Promise<DecisionResult>
  /** Newest first, each once over all pages. */
  list(query: ApprovalQuery): Promise<ApprovalPage>
  /** How many `wait` calls are open on this node: for leak tests. */
  waiting(): number
}

export interface PostgresApprovalsOptions {
  readonly database: Database
  readonly events: EventsAdapter & Partial<Pick<NodeEvents, 'onGap' | 'ready'>>
  readonly url?: ApprovalsAdapter['url']
  readonly onError: (error: unknown) => void
}

export function createPostgresApprovals(options: PostgresApprovalsOptions): PostgresApprovals {
  const { database, events, url, onError } = options
  const find = (id: string) => findApproval(database, id)
  const waits = createApprovalWaits({ events, find, onError })
  const tellAll = async ({ workspaceId, memberId, id: approvalId }: Approval) => {
    await events.publish({ type: 'approval_changed', workspaceId, memberId, approvalId }).catch(onError)
  }
  function request(request: UnlimitedRequest): Promise<Approval>
  function request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  function request(request: ApprovalRequest) {
    return requestApproval(database, request)
  }
  return {
    ...(url === undefined ? {} : { url }),
    request,
    get: async ({ id }) => (await find(id))?.approval ?? null,
    async consume(claim) {
      const consumed = await consume(database, claim)
      // Of this and of `settle` the library tells the other nodes.
      waits.wake(claim.id)
      return consumed
    },
    async settle(settlement) {
      await settle(database, settlement)
      waits.wake(settlement.id)
    },
    extend: (claim) => extend(database, claim),
    async decide(decision) {
      const result = await decideApproval(database, decision)
      if (result.status === 'decided') await tellAll(result.approval)
      return result
    },
    wait: waits.wait,
    list: (query) => listApprovals(database, query),
    waiting: waits.count,
  }
}

async function findApproval({ schemaPrefix, query }: Database, id: string): Promise<FoundApproval | null> {
  if (!canBeThere(id)) return null
  const [row] = await query<ApprovalRow>(
    `select row_to_json(found)::text as row from (select ${APPROVAL} from ${schemaPrefix}approvals where id = $1) found`,
    [id],
  )
  return row === undefined ? null : toFound(row)
}
