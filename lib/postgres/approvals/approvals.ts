/** Approvals in PostgreSQL: one approval for one call, one decision, at most one execution, and its outcome for repeats. */

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

/**
 * Approvals in PostgreSQL, with methods for a host's page for decisions.
 *
 * @example
 * const { approvals } = await stores.approvals.list({ workspaceId: 'ws_acme', state: 'pending' })
 * const result = await stores.approvals.decide({ id: approvals[0]?.id ?? '', decision: 'approve', decidedBy: 'mem_boss' })
 */
export interface PostgresApprovals extends ApprovalsAdapter {
  /** Without `maxPending`, always gives an approval. */
  request(request: UnlimitedRequest): Promise<Approval>
  /** With `maxPending`, gives `too_many_pending` instead if the member has so many pending approvals. */
  request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  /** Extends the lease of an execution. */
  extend: NonNullable<ApprovalsAdapter['extend']>
  /** Waits until an approval leaves a state. A decision on any node ends the wait. */
  wait: NonNullable<ApprovalsAdapter['wait']>
  /**
   * Decides, and appends `approval.decided` to the audit log in the same transaction. Waits on all nodes end. If the event cannot be published,
   * `onError` is told and the decision stands. Rejects with a TypeError for a `decidedBy` that is empty or blank, or that cannot be stored.
   */
  decide(decision: Decision): Promise<DecisionResult>
  /** Lists approvals, newest first, each once over all pages. */
  list(query: ApprovalQuery): Promise<ApprovalPage>
  /** The number of open `wait` calls on this node, for leak tests. */
  waiting(): number
}

/** Options of `createPostgresApprovals`. */
export interface PostgresApprovalsOptions {
  readonly database: Database
  /** Carries events between nodes. */
  readonly events: EventsAdapter & Partial<Pick<NodeEvents, 'onGap' | 'ready'>>
  /** The page where an approval is decided. */
  readonly url?: ApprovalsAdapter['url']
  /** Gets failures outside of a call. */
  readonly onError: (error: unknown) => void
}

/** Makes the approvals adapter. */
export function createPostgresApprovals(options: PostgresApprovalsOptions): PostgresApprovals {
  const { database, events, url, onError } = options
  const find = (id: string) => findApproval(database, id)
  const waits = createApprovalWaits({ events, find, onError })
  const publishChanged = async ({ workspaceId, memberId, id: approvalId }: Approval) => {
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
      // The library publishes this change and `settle` to other nodes.
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
      if (result.status === 'decided') await publishChanged(result.approval)
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
