/** Types for checking permission again: what the policy may object to in a call that is under an approval. */

import type { Approver } from '../../adapters/policy.js'
import type { Admitted } from './stages.js'

/** The decision that the policy asks for. */
export interface Wanted {
  /** Who must decide. */
  readonly verdict: Approver
  /** What the call would do, in a sentence for that person; `null` for none. */
  readonly summary: string | null
  /** How long the decision may take and be used, in milliseconds. `null`: the option `approvalTtlMs`. */
  readonly ttlMs: number | null
}

/** Why the policy does not let a call run under its approval. */
export type Objection =
  /** The policy denies the call. `reason`: a sentence of the host for the caller. */
  | { readonly verdict: 'deny'; readonly reason: string | null }
  /** Another person must decide. The earlier decision does not count, and a new approval is needed. */
  | { readonly verdict: 'superseded'; readonly wanted: Wanted }

/** The result of a recheck. */
export interface Rechecked {
  /** `null`: the call may run. */
  readonly objection: Objection | null
  /** The request with the member as they are now. The call continues with it. */
  readonly admitted: Admitted
}

/**
 * Repeats the admission steps, the authorization and the policy. `approver`: whose decision the call needed; `null` for none. Throws when one of
 * them refuses or fails.
 */
export type Recheck = (approver: Approver | null) => Promise<Rechecked>
