/** Human decisions, each bound to one exact call and good for one execution. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Approver } from './policy.js'
import type { ClientInfo, Credential, Face } from './principal.js'
import type { RunOutcome } from './runs.js'

/** Everything an approval is bound to. A call that differs in any of it is another call. */
export interface ApprovalBinding {
  /** The workspace of the member who asked. */
  readonly workspaceId: string
  /** The member who asked. */
  readonly memberId: string
  /** Canonical tool name. */
  readonly tool: string
  /** SHA-256 of the definition of the tool: a tool that changes needs a new approval. */
  readonly definitionDigest: string
  /** SHA-256 of the arguments, as the tool will get them. */
  readonly argumentsDigest: string
  /** The idempotency key of the call. `null`: it had none. */
  readonly idempotencyKey: string | null
  /** Who must decide. What one of them decided never stands for the other. */
  readonly approver: Approver
}

/** What `request` is given: the call, and for how long the approval counts. */
export interface ApprovalRequest extends ApprovalBinding {
  /** Unguessable (128 bits), made by the library; used when a new approval is made. */
  readonly id: string
  /** SHA-256 over the whole `ApprovalBinding`: the one thing to index. */
  readonly binding: string
  /** What the person who decides gets to see. Frozen with the request. */
  readonly arguments: JsonObject
  /** One sentence for the person who decides. `null`: the rule gave none. */
  readonly summary: string | null
  /** The credential of the call. */
  readonly credentialId: string
  /** As in runs: an API key, or an integration of the host's own. */
  readonly credentialKind: Credential['kind'] | null
  /** The face that the call came through. */
  readonly face: Face
  /** What the client says of itself: for the person who decides, never for a decision of the host's code. */
  readonly client: ClientInfo | null
  /** The run of the call that asks. */
  readonly runId: string
  /** How long the decision may take, and the approval be used. Milliseconds from now. */
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
  /** Tells it from an approval. */
  readonly status: 'too_many_pending'
}

/** A request without a limit always gives an approval. */
export type UnlimitedRequest = ApprovalRequest & {
  /** Not given. */
  readonly maxPending?: never
}

/** Where an approval stands. */
export type ApprovalState =
  /** Waits for a decision. */
  | 'pending'
  /** Decided, and not used yet. */
  | 'approved'
  /** Decided: the call does not run. */
  | 'denied'
  /** Not decided, or not used, in time. */
  | 'expired'
  /** Consumed by a run that has not ended yet. */
  | 'executing'
  /** The run that consumed it has ended; `outcome` says how. */
  | 'settled'
  /** Consumed, but never settled in time: nobody knows whether the tool ran. Reported as such, never run again. */
  | 'unknown'

/** An approval as the store has it now. */
export interface Approval extends ApprovalBinding {
  /** The id, for `get`, `decide` and the pages of the host. */
  readonly id: string
  /** SHA-256 over the whole `ApprovalBinding`. */
  readonly binding: string
  /** Where it stands, by the clock of the store. */
  readonly state: ApprovalState
  /** What the person who decides gets to see, as it was when it was asked for. */
  readonly arguments: JsonObject
  /** One sentence for the person who decides. `null`: the rule gave none. */
  readonly summary: string | null
  /** The credential of the call that asked first. */
  readonly credentialId: string
  /** `null`: it was requested by a version that did not keep kinds. */
  readonly credentialKind: Credential['kind'] | null
  /** The face that this call came through. */
  readonly face: Face
  /** What its client said of itself. `null`: nothing. */
  readonly client: ClientInfo | null
  /** When it was asked for. */
  readonly requestedAt: Date
  /** Until when it can be decided and used. */
  readonly expiresAt: Date
  /** When it was decided. `null`: not decided. */
  readonly decidedAt: Date | null
  /** Member id or operator name of who decided, as the host recorded it. */
  readonly decidedBy: string | null
  /** Through what it was decided, as it was recorded: see `Decision`. */
  readonly channel: string | null
  /** What the person who decided wrote. `null`: nothing. */
  readonly reason: string | null
  /** The run that consumed it. */
  readonly runId: string | null
  /** When a run consumed it. `null`: none has. */
  readonly consumedAt: Date | null
  /** When that run ended. `null`: it has not. */
  readonly settledAt: Date | null
  /** How that run ended, for replays. `null`: it has not. */
  readonly outcome: RunOutcome | null
}

/** A decision: made on the host's own pages, or by the library when a member confirmed in their client. */
export interface Decision {
  /** The id of the approval. */
  readonly id: string
  /** Yes or no. */
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

/** What became of a decision. */
export type DecisionResult =
  | {
      /** It counts. */
      readonly status: 'decided'
      /** As it is afterwards. */
      readonly approval: Approval
    }
  | {
      /** There is no such approval. */
      readonly status: 'not_found'
    }
  | {
      /** Decided before, or expired. */
      readonly status: 'not_pending'
      /** As it is: `state` says which. */
      readonly approval: Approval
    }
  | {
      /** Four eyes: the requester cannot decide an `operator` approval. */
      readonly status: 'own_request'
      /** As it is: still pending. */
      readonly approval: Approval
    }

/**
 * The state machine of approvals. The store's own clock decides about expiry.
 * ```
 * pending --approve--> approved --consume--> executing --settle--> settled
 *    |--deny--> denied     |--time--> expired     |--leaseMs without settle--> unknown
 *    |--time--> expired
 * ```
 */
export interface ApprovalsAdapter {
  /**
   * Atomic per `binding`: while there is a live approval (pending or approved and not expired, executing, or settled, denied or unknown
   * for less than `replayMs`), gives that one; otherwise makes one. Any number of concurrent requests with one binding give one approval.
   * With `maxPending`, any number of concurrent requests of one member leave at most so many pending; the others get `{ status:
   * 'too_many_pending' }`.
   */
  request(request: ApprovalRequest): Promise<Approval | TooManyPending>
  /** The approval as it is now. `null`: there is none. */
  get(query: { readonly id: string }): Promise<Approval | null>
  /**
   * Takes an approved, unexpired approval to `executing`, for exactly one caller, ever: that one gets it, all others get `null`. After
   * `leaseMs` (milliseconds) without `settle` its state reads `unknown`.
   */
  consume(claim: {
    readonly id: string
    readonly runId: string
    readonly leaseMs: number
  }): Promise<Approval | null>
  /**
   * Keeps the outcome for replays. Settling what is not executing under that run changes nothing. The run that consumed it may still
   * settle after its lease: the true outcome is better than `unknown`.
   */
  settle(settlement: {
    readonly id: string
    readonly runId: string
    readonly outcome: RunOutcome
  }): Promise<void>
  /**
   * Moves the lease of an execution to `leaseMs` (milliseconds) from now, for the run that consumed it and while the lease has not ended;
   * anything else changes nothing. Without it, an approved tool that asks its client has one lease for all of its questions.
   */
  extend?(claim: { readonly id: string; readonly runId: string; readonly leaseMs: number }): Promise<void>
  /**
   * Takes one decision of a pending approval, for exactly one of any number of concurrent deciders, and appends `approval.decided` to the
   * audit log. Rejects with a TypeError for a `decidedBy` that is empty or blank. Without it, members cannot confirm in their client.
   */
  decide?(decision: Decision): Promise<DecisionResult>
  /**
   * Resolves soon after the approval has left `state`, and in any case when `signal` aborts, with the approval as it is then, or `null`.
   * It leaves no timer or listener behind. Without it, the library polls `get`.
   */
  wait?(query: {
    readonly id: string
    readonly state: ApprovalState
    readonly signal: AbortSignal
  }): Promise<Approval | null>
  /**
   * The page where this approval is decided. `null`: there is none. Clients show it to people, so it holds no secret and signs nobody in:
   * the page asks who is looking.
   */
  url?(approval: Approval): Promise<string | null>
}
