/** Who is acting: the credential that was presented, and the member on whose behalf it works. */

/** What a credential proves. An API key today; an access token or a vouching host app are others. */
export interface Credential {
  /** Stable id of the key or of the host's integration; never the secret itself. It may be the same for a key and for an integration. */
  readonly id: string
  /**
   * What `id` names. `api-key`: an API key that the caller presented, over MCP or through `withApiKey`. `host`: an integration of the host's own
   * that vouched for the member, the `via` of `asMember`. Further kinds may come: treat one that you do not know like no credential.
   */
  readonly kind: 'api-key' | 'host'
  /** Granted scopes. `*` grants all; `memory:*` grants every scope that begins with `memory:`. */
  readonly scopes: readonly string[]
}

/** A credential together with the workspace it belongs to and the members it may act for. */
export interface Principal {
  readonly credential: Credential
  /** The workspace that it belongs to. */
  readonly workspaceId: string
  /** `'any'` member of the workspace, or the ids of those it may act for. */
  readonly members: 'any' | readonly string[]
}

/**
 * A person (or service account) of a workspace. `Extra` is the type of the host's own data in `extra`; hosts that have none leave it out.
 *
 * @example
 * ```ts
 * interface Acme { readonly plan: 'free' | 'pro' }
 * // For one tool: run: (args, { context }: ToolRun<Acme>) => context.member.extra?.plan
 * // For all of a host's tools, once:
 * const acmeTool = <I extends ToolSchema, O extends ToolSchema = ToolSchema>(options: ToolOptions<I, O, Acme>) => defineTool(options)
 * // Holds all adapters to this type:
 * const router = createAllvMcpRouter<Acme>({ adapters })
 * ```
 */
export interface Member<Extra = unknown> {
  /** Stable id of the member. */
  readonly id: string
  /** The workspace that the member belongs to. */
  readonly workspaceId: string
  /** Upper and lower case are the same. */
  readonly email: string
  /** An inactive member is returned by the adapter and refused by the pipeline. */
  readonly active: boolean
  /** For people. Default: none. */
  readonly name?: string
  /** The host's own roles, handed back to its adapters in every context. */
  readonly roles?: readonly string[]
  /**
   * Whatever the host's own code wants to know of the member, such as a plan, a tenant or an open transaction. The library hands on the very
   * object that the members adapter gave, in every context: it neither reads, copies nor freezes it. It is in no answer, run, approval, audit
   * event, event between nodes, sealed state or log line.
   */
  readonly extra?: Extra
}

/**
 * What a client says of itself. Self-reported: fit for logs, never for a decision. Each text is one line of at most 100 characters, control
 * and bidi characters as U+FFFD; whatever else a client says is dropped.
 */
export interface ClientInfo {
  /** Its name for programs. */
  readonly name: string
  /** Its version. */
  readonly version: string
  /** Its name for people. Default: none. */
  readonly title?: string
}

/** W3C trace context as received; malformed values are dropped. https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** The header `traceparent`. */
  readonly traceparent: string
  /** The header `tracestate`. Default: none. */
  readonly tracestate?: string
}

/** Which face of the control plane a request came through. */
export type Face = 'mcp' | 'agent'

/** Everything an adapter may know about the request that it serves. `Extra`: see `Member`. */
export interface MemberContext<Extra = unknown> {
  /** The workspace of the request: that of the credential and of the member. */
  readonly workspaceId: string
  /** For whom the request acts, as the members adapter gave them. After a wait in which permission is asked again: as they are by then. */
  readonly member: Member<Extra>
  /** What let the request in. Its `kind` tells an API key from an integration of the host's own. */
  readonly credential: Credential
  /** The face that the request came through. */
  readonly face: Face
  /** The MCP protocol version in use, or what a request that was refused said of it, at most 32 characters. `null` for the Agent API. */
  readonly era: string | null
  /** What the client says of itself. `null`: nothing. */
  readonly client: ClientInfo | null
  /** The trace that the request belongs to. `null`: none, or malformed. */
  readonly trace: TraceContext | null
  /** Names this request in logs, errors and audit events. */
  readonly correlationId: string
}
