/** The adapter that stores approvals: decisions of people, each bound to one exact call and valid for one execution. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Approver } from './policy.js'
import type { ClientInfo, Credential, Face } from './principal.js'
import type { RunOutcome } from './runs.js'

/** What an approval is bound to. A call that differs in one of these fields needs another approval. */
export interface ApprovalBinding {
  /** The workspace of the call. */
  readonly workspaceId: string
  /** The member for whom the call is made: the requester. */
  readonly memberId: string
  /** Canonical tool name. */
  readonly tool: string
  /** SHA-256 of the tool's definition: a tool that changes needs a new approval. */
  readonly definitionDigest: string
  /** SHA-256 of the arguments that the tool will get. */
  readonly argumentsDigest: string
  /** The idempotency key of the call. `null`: it had none. */
  readonly idempotencyKey: string | null
  /** Who must decide. A decision by one approver is not valid in place of the other. */
  readonly approver: Approver
}

/** The input of `request`: the call, and how long the approval is valid. */
export interface ApprovalRequest extends ApprovalBinding {
  /** The id for a new approval, made by the library from 128 random bits. Not used if the request joins an existing approval. */
  readonly id: string
  /** SHA-256 over the whole `ApprovalBinding`. Look up existing approvals by it. */
  readonly binding: string
  /** The arguments that the person who decides sees. They do not change after the request. */
  readonly arguments: JsonObject
  /** One sentence for the person who decides. `null`: the policy gave none. */
  readonly summary: string | null
  /** The id of the credential of the call. */
  readonly credentialId: string
  /** What `credentialId` names: an API key, or an integration of the host. See `Credential`. */
  readonly credentialKind: Credential['kind'] | null
  /** Through which API the call came: MCP or the Agent API. */
  readonly face: Face
  /** What the client says about itself. Show it to the person who decides; do not use it for decisions in code. `null`: nothing. */
  readonly client: ClientInfo | null
  /** The run of the call that requests the approval. */
  readonly runId: string
  /** How long the approval can be decided and used, in milliseconds from now. */
  readonly ttlMs: number
  /** How long after its end (settled, denied or unknown) the approval still answers the same call, in milliseconds. */
  readonly replayMs: number
  /**
   * How many pending approvals a member of a workspace may have; expired ones do not count. At this number no new approval is made. A request that
   * joins an existing approval is never refused. Left out: no limit. An older store may ignore it.
   */
  readonly maxPending?: number
}

/** The result of `request` if the member already has `maxPending` pending approvals. Nothing was stored. */
export interface TooManyPending {
  /** Distinguishes it from an `Approval`. */
  readonly status: 'too_many_pending'
}

/** A request without `maxPending`. `request` then always gives an approval. */
export type UnlimitedRequest = ApprovalRequest & {
  /** Must be left out. */
  readonly maxPending?: never
}

/** The state of an approval. */
export type ApprovalState =
  /** It waits for a decision. */
  | 'pending'
  /** Approved, and not consumed yet. */
  | 'approved'
  /** Denied: the call does not run. */
  | 'denied'
  /** Not decided, or not consumed, before `expiresAt`. */
  | 'expired'
  /** Consumed by a run that has not ended yet. */
  | 'executing'
  /** The run that consumed it has ended. `outcome` says how. */
  | 'settled'
  /** Consumed, but not settled before the lease ended: it is not known whether the tool ran. The call is never run again. */
  | 'unknown'

/** A stored approval, as it is now. */
export interface Approval extends ApprovalBinding {
  /** The id, for `get`, `decide` and the host's pages. */
  readonly id: string
  /** SHA-256 over the whole `ApprovalBinding`. */
  readonly binding: string
  /** The state, by the clock of the store. */
  readonly state: ApprovalState
  /** The arguments that the person who decides sees, as they were in the request. */
  readonly arguments: JsonObject
  /** One sentence for the person who decides. `null`: the policy gave none. */
  readonly summary: string | null
  /** The id of the credential of the call that requested the approval first. */
  readonly credentialId: string
  /** What `credentialId` names. `null`: the approval was stored by a version that did not store kinds. */
  readonly credentialKind: Credential['kind'] | null
  /** Through which API that call came. */
  readonly face: Face
  /** What its client said about itself. `null`: nothing. */
  readonly client: ClientInfo | null
  /** When it was requested. */
  readonly requestedAt: Date
  /** Until when it can be decided and consumed. */
  readonly expiresAt: Date
  /** When it was decided. `null`: it is not decided. */
  readonly decidedAt: Date | null
  /** The member id or operator name of the person who decided, as in `Decision`. `null`: it is not decided. */
  readonly decidedBy: string | null
  /** How it was decided, as in `Decision`. `null`: it is not decided. */
  readonly channel: string | null
  /** The reason that the person who decided gave. `null`: none. */
  readonly reason: string | null
  /** The run that consumed it. `null`: none has. */
  readonly runId: string | null
  /** When a run consumed it. `null`: none has. */
  readonly consumedAt: Date | null
  /** When that run ended. `null`: it has not ended. */
  readonly settledAt: Date | null
  /** How that run ended, for replays. `null`: it has not ended. */
  readonly outcome: RunOutcome | null
}

/** A decision about an approval: made on the host's page, or by the library if a member decided in their client. */
export interface Decision {
  /** The id of the approval. */
  readonly id: string
  /** The decision. */
  readonly decision: 'approve' | 'deny'
  /**
   * Who decides: a member id, or the name of an operator. The store does not change it: `decide` rejects with a TypeError if it is empty, blank,
   * longer than 2048 characters (UTF-16 units), or has a NUL or a lone surrogate.
   */
  readonly decidedBy: string
  /**
   * How the decision was made, for example `page` or `cli`. It is `elicitation` if the member answered a form in their client. One line of at most
   * 100 characters. Default `page`.
   */
  readonly channel?: string
  /** The reason, for the caller. At most 2000 characters are stored. Default: none. */
  readonly reason?: string
}

/** The result of `decide`. */
export type DecisionResult =
  | {
      /** The decision is stored. */
      readonly status: 'decided'
      /** The approval after the decision. */
      readonly approval: Approval
    }
  | {
      /** There is no such approval. */
      readonly status: 'not_found'
    }
  | {
      /** It was decided before, or has expired. Nothing changed. */
      readonly status: 'not_pending'
      /** The approval as it is; `state` says why. */
      readonly approval: Approval
    }
  | {
      /** Four-eyes rule: the requester cannot decide an `operator` approval. Nothing changed. */
      readonly status: 'own_request'
      /** The approval, still pending. */
      readonly approval: Approval
    }

/**
 * Stores approvals and their states. Expiry is by the clock of the store.
 * ```
 * pending --approve--> approved --consume--> executing --settle--> settled
 *    |--deny--> denied     |--time--> expired     |--leaseMs without settle--> unknown
 *    |--time--> expired
 * ```
 *
 * @example
 * // A page for decisions, on a store of the package.
 * const approvals: ApprovalsAdapter = {
 *   ...stores.approvals,
 *   url: async ({ id }) => `https://app.example.com/approvals/${id}`,
 * }
 */
export interface ApprovalsAdapter {
  /**
   * Gives the live approval with this `binding`, or makes one. Live means: pending or approved and not expired; executing; or settled, denied or
   * unknown for less than `replayMs`. It is atomic: concurrent requests with one binding get one approval. With `maxPending`, concurrent requests of
   * one member leave at most that many pending approvals; the others get `{ status: 'too_many_pending' }`.
   */
  request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  /** The approval as it is now. `null`: there is none. */
  get(query: { readonly id: string }): Promise<Approval | null>
  /**
   * Changes the state of an approved approval that has not expired to `executing`. Exactly one call of `consume` can do so, ever, and gets the
   * approval; all others get `null`. After `leaseMs` (milliseconds) without `settle`, the state reads as `unknown`.
   */
  consume(claim: {
    readonly id: string
    readonly runId: string
    readonly leaseMs: number
  }): Promise<Approval | null>
  /**
   * Stores the outcome for replays, and changes the state to `settled`. It changes nothing if the approval is not executing under this run. But the
   * run that consumed it may settle it after its lease has ended, because the true outcome is better than `unknown`.
   */
  settle(settlement: {
    readonly id: string
    readonly runId: string
    readonly outcome: RunOutcome
  }): Promise<void>
  /**
   * Renews the lease of an execution: it ends `leaseMs` (milliseconds) from now. It changes nothing if this run did not consume the approval, or if
   * the lease has ended. Without it, an approved tool that asks its client has one lease for all of its input requests.
   */
  extend?(claim: { readonly id: string; readonly runId: string; readonly leaseMs: number }): Promise<void>
  /**
   * Decides a pending approval, and appends `approval.decided` to the audit log. Of concurrent decisions exactly one is stored. Rejects with a
   * TypeError if `decidedBy` is empty or blank. Without it, members cannot decide in their client.
   */
  decide?(decision: Decision): Promise<DecisionResult>
  /**
   * Waits until the approval has left `state` or `signal` aborts, and soon gives the approval as it is then; `null` if there is none. It must leave
   * no timers or listeners. Without it, the library polls `get`.
   */
  wait?(query: {
    readonly id: string
    readonly state: ApprovalState
    readonly signal: AbortSignal
  }): Promise<Approval | null>
  /**
   * The URL of the page where this approval is decided. `null`: there is none. Clients show the URL to people, so it must not contain a secret or
   * log a person in: the page must authenticate its user.
   */
  url?(approval: Approval): Promise<string | null>
}
