/**
 * The stages of a request. Each admission step takes one of these types and returns the next, so a skipped step does not compile. Every stage is
 * an object literal, which V8 makes several times faster than a spread.
 */

import type { CustomRequest } from '../../adapters/custom-authentication.js'
import type { ClientInfo, Face, MemberContext, Principal, TraceContext } from '../../adapters/principal.js'
import type { AccessToken } from '../../oauth/access-token.js'
import type { Resource } from '../../oauth/resource.js'

/** The credential of a request. Each face hashes an API key at once and passes on only its digest. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'api-key'; readonly digest: string }
  /** The token is held so that nothing prints or stores it. */
  | { readonly kind: 'access-token'; readonly token: AccessToken }
  /** The host's own authentication says who it is. Only made with the option `authenticate`. */
  | { readonly kind: 'custom'; readonly request: CustomRequest }
  /** The host app vouches for this call in process. `via`: the name of its integration. */
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

/** A request as its face read it. Nothing in it has been checked. */
export interface Received {
  /** Id of the request, for logs and errors. */
  readonly correlationId: string
  /** The face that received the request. */
  readonly face: Face
  /** The MCP protocol version; `null` for the Agent API, and while it is unknown. */
  readonly era: string | null
  /** The workspace that the request names. */
  readonly claimedWorkspaceId: string
  /** The credential. */
  readonly presented: Presented
  /** The endpoint, if it takes access tokens; `null`: it takes API keys only. */
  readonly resource: Resource | null
  /** The member that the request names. */
  readonly selector: MemberSelector
  /** Name and version of the client, as it declares them; `null` when unknown. */
  readonly client: ClientInfo | null
  /** The trace context; `null` for none. */
  readonly trace: TraceContext | null
  /** Aborts when the face shuts down. Waits then end early. */
  readonly closing: AbortSignal
  /** Runs work that outlives its request. Closing the face waits for it. */
  readonly background: (work: () => Promise<void>) => void
}

/** The credential is valid in the workspace. */
export interface Authenticated {
  /** The request as its face read it. */
  readonly received: Received
  /** The credential, its workspace and the members for whom it may act. */
  readonly principal: Principal
}

/** The feature flag is on in the workspace. */
export interface Enabled extends Authenticated {
  /** Marks the stage. */
  readonly feature: 'on'
}

/** The member is known. */
export interface MemberSelected extends Enabled {
  /** The member, the credential and the facts of the request, as adapters receive them. */
  readonly context: MemberContext
}

/** The request has passed all admission steps. Operations start from here. */
export interface Admitted extends MemberSelected {
  /** `readmitted`: the steps ran again (for a stream or a recheck), and the request was not counted a second time. */
  readonly rate: 'counted' | 'readmitted'
}

/** What an audit event may name of a request. Every stage has this type. */
export interface Reached {
  /** The request as its face read it. */
  readonly received: Pick<Received, 'correlationId' | 'face' | 'era' | 'client' | 'claimedWorkspaceId'>
  /** Missing before authentication. */
  readonly principal?: Principal
  /** Missing before the member is selected. */
  readonly context?: MemberContext
}
