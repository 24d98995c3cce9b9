/** Human decisions, each bound to one exact call and good for one execution. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Approver } from './policy.js'
import type { ClientInfo, Credential, Face } from './principal.js'
import type { RunOutcome } from './runs.js'

/** Everything an approval is bound to. A call that differs in any of it is another call. */
export interface ApprovalBinding {
  readonly workspaceId: string
  readonly memberId: string
  /** Canonical tool name. */
  readonly tool: string
  readonly definitionDigest: string
  readonly argumentsDigest: string
  readonly idempotencyKey: string | null
  /** Who must decide. What one of them decided never stands for the other. */
  readonly approver: Approver
}

export interface ApprovalRequest extends ApprovalBinding {
  /** Unguessable (128 bits), made by the library; used when a new approval is made. */
  readonly id: string
  /** SHA-256 over the whole `ApprovalBinding`: the one thing to index. */
  readonly binding: string
  /** What the person who decides gets to see. Frozen with the request. */
  readonly arguments: JsonObject
  readonly summary: string | null
  readonly credentialId: string
  /** As in runs: an API key, or an integration of the host's own. */
  readonly credentialKind: Credential['kind'] | null
  readonly face: Face
  /** What the client says of itself: for the person who decides, never for a decision of the host's code. */
  readonly client: ClientInfo | null
  readonly runId: string
  readonly ttlMs: number
  /** For how long after its end (settled, denied, unknown) an approval still answers the same call. */
  readonly replayMs: number
  /**
   * Set: no new approval is made while this member of this workspace has so many pending ones, expired ones not counted. Joining one that is
   * there is never refused. An older store, which does not know it, sets no limit.
   */
  readonly maxPending?: number
}

/** The answer of `request` above `maxPending`: nothing was stored. */
export interface TooManyPending {
  readonly status: 'too_many_pending'
}

/** A request without a limit always gives an approval. */
export type UnlimitedRequest = ApprovalRequest & { readonly maxPending?: never }

export type ApprovalState =
  | 'pending'
  | 'approved'
  | 'denied'
  | 'expired'
  | 'executing'
  | 'settled'
  /** Consumed, but never settled in time: nobody knows whether the tool ran. Reported as such, never run again. */
  | 'unknown'

export interface Approval extends ApprovalBinding {
  readonly id: string
  readonly binding: string
  readonly state: ApprovalState
  readonly arguments: JsonObject
  readonly summary: string | null
  readonly credentialId: string
  /** `null`: it was requested by a version that did not keep kinds. */
  readonly credentialKind: Credential['kind'] | null
  readonly face: Face
  readonly client: ClientInfo | null
  readonly requestedAt: Date
  readonly expiresAt: Date
  readonly decidedAt: Date | null
  /** Member id or operator name of who decided, as the host recorded it. */
  readonly decidedBy: string | null
  /** Through what it was decided, as it was recorded: see `Decision`. */
  readonly channel: string | null
  readonly reason: string | null
  /** The run that consumed it. */
  readonly runId: string | null
  readonly consumedAt: Date | null
  readonly settledAt: Date | null
  readonly outcome: RunOutcome | null
}

/** A decision: made on the host's own pages, or by the library when a member confirmed in their client. */
export interface Decision {
  readonly id: string
  readonly decision: 'approve' | 'deny'
  /**
   * Who decides: a member id, or the name of an operator. It is never changed: a TypeError where it is empty, blank, longer than 200
   * characters (UTF-16 units), or holds a NUL or half a character.
   */
  readonly decidedBy: string
  /**
   * Through what, such as `page` or `cli`. The library says `elicitation` when the member answered a form in their client. One line of at
   * most 100 characters. Default `page`.
   */
  readonly channel?: string
  /** At most 2000 characters are kept. */
  readonly reason?: string
}

export type DecisionResult =
  | { readonly status: 'decided'; readonly approval: Approval }
  | { readonly status: 'not_found' }
  /** Decided before, or expired: `approval.state` says which. */
  | { readonly status: 'not_pending'; readonly approval: Approval }
  /** Four eyes: the requester cannot decide an `operator` approval. */
  | { readonly status: 'own_request'; readonly approval: Approval }

/**
 * The store of approvals. Which calls need one is not its business: see `PolicyAdapter`.
 *
 * The state machine. The store's own clock decides about expiry.
 * ```
 * pending --approve--> approved --consume--> executing --settle--> settled
 *    |--deny--> denied     |--time--> expired     |--leaseMs without settle--> unknown
 *    |--time--> expired
 * ```
 * Promises:
 * - `request` is atomic per `binding`: while there is a live approval (pending or approved and not expired, executing, or
 *   settled, denied or unknown for less than `replayMs`), it gives that one; otherwise it makes one. Any number of concurrent
 *   requests with one binding give one approval. With `maxPending`, any number of concurrent requests of one member leave at most so many
 *   pending; the others get `{ status: 'too_many_pending' }`.
 * - `get` gives the approval as it is now, or `null`.
 * - `consume` takes an approved, unexpired approval to `executing`, for exactly one caller, ever: that one gets it, all others `null`.
 *   After `leaseMs` without `settle` its state reads `unknown`.
 * - `settle` keeps the outcome for replay. Settling what is not executing under that run changes nothing; the run that consumed it may
 *   still settle after its lease, for a late truth is better than `unknown`.
 * - `wait` resolves soon after the approval has left `state`, and in any case when `signal` aborts, with the approval as it is
 *   then (or `null`); it leaves no timer or listener behind. Without `wait`, the library polls `get`.
 * - `extend` moves the lease of an execution to `leaseMs` from now, for the run that consumed it and while the lease has not ended; anything
 *   else changes nothing. Without it, an approved tool that asks its client has one lease for all of its questions.
 * - `decide` takes one decision of a pending approval, for exactly one of any number of concurrent deciders, and appends `approval.decided` to
 *   the audit trail. It rejects with a TypeError for a `decidedBy` that is empty or blank. Without it, members cannot confirm in their client.
 * - `url` gives the page where this approval is decided, or `null`. Clients show it to people, so it holds no secret and signs nobody in:
 *   the page asks who is looking.
 */
export interface ApprovalsAdapter {
  request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  get(query: { readonly id: string }): Promise<Approval | null>
  consume(claim: {
    readonly id: string
    readonly runId: string
    readonly leaseMs: number
  }): Promise<Approval | null>
  settle(settlement: {
    readonly id: string
    readonly runId: string
    readonly outcome: RunOutcome
  }): Promise<void>
  extend?(claim: { readonly id: string; readonly runId: string; readonly leaseMs: number }): Promise<void>
  decide?(decision: Decision): Promise<DecisionResult>
  wait?(query: {
    readonly id: string
    readonly state: ApprovalState
    readonly signal: AbortSignal
  }): Promise<Approval | null>
  url?(approval: Approval): Promise<string | null>
}
