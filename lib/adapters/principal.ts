/** The types of a caller: the credential of a request, and the member for whom it acts. */

/** The credential of a request, after authentication. */
export interface Credential {
  /** Stable id of the key or of the host's integration; never the secret itself. A key and an integration may have the same id. */
  readonly id: string
  /**
   * What `id` names. `api-key`: an API key that the caller presented, over MCP or to `withApiKey`. `host`: an integration of the host that
   * authenticated the member itself, the `via` of `asMember`. `oauth`: an access token; the id is a digest of issuer, subject and client, so a
   * refreshed token has the same. `custom`: what `authenticate.identify` of the host gave for a request over MCP. More kinds may be added: treat an
   * unknown kind like no credential.
   */
  readonly kind: 'api-key' | 'host' | 'oauth' | 'custom'
  /** Granted scopes. `*` grants all; `memory:*` grants every scope that begins with `memory:`. */
  readonly scopes: readonly string[]
  /** For `oauth`: of which token the credential is. The token itself is never handed on. */
  readonly oauth?: OAuthCredential
}

/** What is known of an access token after it was verified. */
export interface OAuthCredential {
  /** The authorization server that issued it. */
  readonly issuer: string
  /** The client that it was issued to. */
  readonly clientId: string
  /** `user`: it acts for a person. `client`: it was issued to a client without a person. */
  readonly kind: 'user' | 'client'
  /** Its scopes, as far as the host's table names them, with those that they include. */
  readonly scopes: readonly string[]
  /** When it ends. Streams of the request end then. */
  readonly expiresAt: Date
}

/** The person or client of an access token, as its issuer names it. */
export interface OAuthSubject {
  /** The authorization server, exactly as it names itself. */
  readonly issuer: string
  /** The `sub` of the token. Only together with the issuer it names one person. */
  readonly subject: string
  /** The client that the token was issued to. */
  readonly clientId: string
  /** `user`: a person. `client`: a client without a person; its `subject` may equal the id of a person at careless servers. */
  readonly kind: 'user' | 'client'
  /** The claims of the token, verified. An e-mail address in them may belong to somebody else: never find a member by it. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** A credential with its workspace and the members that it may act for. */
export interface Principal {
  /** The credential itself. */
  readonly credential: Credential
  /** The workspace of the credential. */
  readonly workspaceId: string
  /** The ids of the members that it may act for, or `'any'` for all members of the workspace. */
  readonly members: 'any' | readonly string[]
  /** When the credential ends, if that is known. Streams of the request end then. */
  readonly expiresAt?: Date
  /** For `oauth`: whose token it is. The member of the request is the one that `members.findBySubject` gives for it. */
  readonly subject?: OAuthSubject
}

/**
 * A person or a service account of a workspace. `Extra` is the type of the host's own data in `extra`. Hosts without such data leave it out.
 *
 * @example
 * interface Acme { readonly plan: 'free' | 'pro' }
 * // For one tool:
 * const run = (_: unknown, { context }: ToolRun<Acme>) => context.member.extra?.plan
 * // For all tools of a host:
 * const acmeTool = <I extends ToolSchema, O extends ToolSchema = ToolSchema>(options: ToolOptions<I, O, Acme>) => defineTool(options)
 * // Uses this type for all adapters:
 * const start = (adapters: Adapters<Acme>) => createAllvMcpRouter<Acme>({ adapters, secret })
 */
export interface Member<Extra = unknown> {
  /** Stable id of the member. */
  readonly id: string
  /** The workspace that the member belongs to. */
  readonly workspaceId: string
  /** The e-mail address. Upper and lower case are the same. */
  readonly email: string
  /** Whether the member may act. The adapter returns inactive members too, and the library refuses them. */
  readonly active: boolean
  /** A name for people. Default: none. */
  readonly name?: string
  /** The host's own roles. The library does not use them; adapters get them in every context. Default: none. */
  readonly roles?: readonly string[]
  /**
   * Data for the host's own code, such as a plan, a tenant or an open transaction. Every context has the same object that the members adapter
   * gave. The library does not read, copy or freeze it, and never puts it into a response, a run, an approval, an audit event, an event between
   * nodes, encrypted state or a log line. Default: none.
   */
  readonly extra?: Extra
}

/**
 * What a client says about itself. It is not verified: use it for logs, never for a decision. Each text is one line of at most 100 characters, with
 * U+FFFD for control and bidi characters. Other fields that a client sends are dropped.
 */
export interface ClientInfo {
  /** Its name for programs. */
  readonly name: string
  /** Its version. */
  readonly version: string
  /** Its name for people. Default: none. */
  readonly title?: string
}

/** The W3C trace context of a request. Malformed values are dropped. https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** The header `traceparent`. */
  readonly traceparent: string
  /** The header `tracestate`. Default: none. */
  readonly tracestate?: string
}

/** Through which API a request came: MCP, or the Agent API. */
export type Face = 'mcp' | 'agent'

/** The request that an adapter method serves. `Extra`: see `Member`. */
export interface MemberContext<Extra = unknown> {
  /** The workspace of the request, which is that of the credential and of the member. */
  readonly workspaceId: string
  /** The member for whom the request acts, as the members adapter gave it. After a wait with a new admission check: as the adapter gave it then. */
  readonly member: Member<Extra>
  /** The credential of the request. Its `kind` says how the request was authenticated. */
  readonly credential: Credential
  /** Through which API the request came. */
  readonly face: Face
  /** The MCP protocol version in use; for a refused request the version that it named, at most 32 characters. `null` for the Agent API. */
  readonly era: string | null
  /** What the client says about itself. `null`: nothing. */
  readonly client: ClientInfo | null
  /** The trace context of the request. `null`: none, or malformed. */
  readonly trace: TraceContext | null
  /** The id of the request in logs, errors and audit events. */
  readonly correlationId: string
}
