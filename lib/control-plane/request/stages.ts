/**
 * What has been proved about a request so far. Each gate takes one of these types and gives the next, so a skipped gate does not compile.
 * Every stage is an object literal, made in its step: V8 copies a literal several times faster than a spread.
 */

import type { ClientInfo, Face, MemberContext, Principal, TraceContext } from '../../adapters/principal.js'

/** The credential as the face read it: a key is hashed at the door, and only its digest comes this far. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'api-key'; readonly digest: string }
  /** The host app vouches for this call in process; `via` names its integration. */
  | { readonly kind: 'host'; readonly via: string; readonly scopes: readonly string[] }

/**
 * The member that a caller wants to work as: by id or by email address. Both together must be the same member. None: the key must be
 * bound to exactly one member.
 */
export interface MemberSelector {
  /** The member's id. */
  readonly id?: string
  /** The member's email address; upper and lower case are the same. */
  readonly email?: string
}

export interface Received {
  readonly correlationId: string
  readonly face: Face
  readonly era: string | null
  /** What the request asks for. Nothing has been proved. */
  readonly claimedWorkspaceId: string
  readonly presented: Presented
  readonly selector: MemberSelector
  readonly client: ClientInfo | null
  readonly trace: TraceContext | null
  /** Aborts when the face shuts down: waits end early, with a truthful answer. */
  readonly closing: AbortSignal
  /** Lets the face go on with work that outlives its request; closing waits for it. */
  readonly background: (work: () => Promise<void>) => void
}

export interface Authenticated {
  readonly received: Received
  readonly principal: Principal
}

export interface Enabled extends Authenticated {
  readonly feature: 'on'
}

export interface MemberSelected extends Enabled {
  /** Whom the request acts for, through which credential, and how it came. */
  readonly context: MemberContext
}

/** What operations start from. `readmitted`: let in again on the way (a stream, a recheck), and not counted a second time. */
export interface Admitted extends MemberSelected {
  readonly rate: 'counted' | 'readmitted'
}

/** How far a request came: all that an audit event may name. Every stage fits. */
export interface Reached {
  readonly received: Pick<Received, 'correlationId' | 'face' | 'era' | 'client' | 'claimedWorkspaceId'>
  readonly principal?: Principal
  readonly context?: MemberContext
}
