/** What the host's approval policy may have against running a call under an approval. */

import type { Approver } from '../../adapters/policy.js'
import type { Admitted } from './stages.js'

/** A decision is wanted: whose, and what the person is told. */
export interface Wanted {
  readonly verdict: Approver
  readonly summary: string | null
  /** `null`: the option `approvalTtlMs`. */
  readonly ttlMs: number | null
}

export type Objection =
  | { readonly verdict: 'deny'; readonly reason: string | null }
  /** Another person must decide: what was decided does not count, and a new approval has to be asked for. */
  | { readonly verdict: 'superseded'; readonly wanted: Wanted }

/** What asking again came to. */
export interface Rechecked {
  /** `null`: nothing is against the call. */
  readonly objection: Objection | null
  /** With the member as they are now: for them the call goes on. */
  readonly admitted: Admitted
}

/**
 * Asks the gates and the rule again, for a call that was decided by `approver` (`null`: nobody had to). Throws when a gate refuses, or one of
 * them cannot be asked.
 */
export type Recheck = (approver: Approver | null) => Promise<Rechecked>
