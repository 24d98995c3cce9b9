/** Who is acting: the credential that was presented, and the member on whose behalf it works. */

/** What a credential proves. An API key today; an access token or a vouching host app are others. */
export interface Credential {
  /** Stable id of the key, token or host integration; never the secret itself. */
  readonly id: string
  readonly kind: 'api-key' | 'host'
  /** Granted scopes. `*` grants all; `memory:*` grants every scope that begins with `memory:`. */
  readonly scopes: readonly string[]
}

/** A credential together with the workspace it belongs to and the members it may act for. */
export interface Principal {
  readonly credential: Credential
  readonly workspaceId: string
  /** `'any'` member of the workspace, or the ids of those it may act for. */
  readonly members: 'any' | readonly string[]
}

/** A person (or service account) of a workspace. */
export interface Member {
  readonly id: string
  readonly workspaceId: string
  readonly email: string
  /** An inactive member is returned by the adapter and refused by the pipeline. */
  readonly active: boolean
  readonly name?: string
  /** The host's own roles, handed back to its adapters in every context. */
  readonly roles?: readonly string[]
}

/**
 * What a client says of itself. Self-reported: fit for logs, never for a decision. Each text is one line of at most 100 characters, control
 * and bidi characters as U+FFFD; whatever else a client says is dropped.
 */
export interface ClientInfo {
  readonly name: string
  readonly version: string
  readonly title?: string
}

/** W3C trace context as received; malformed values are dropped. https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
}

/** Which face of the control plane a request came through. */
export type Face = 'mcp' | 'agent'

/** Everything an adapter may know about the request that it serves. */
export interface MemberContext {
  readonly workspaceId: string
  readonly member: Member
  readonly credential: Credential
  readonly face: Face
  /** The MCP protocol version in use, or what a request that was refused said of it, at most 32 characters. `null` for the Agent API. */
  readonly era: string | null
  readonly client: ClientInfo | null
  readonly trace: TraceContext | null
  /** Names this request in logs, errors and audit events. */
  readonly correlationId: string
}
