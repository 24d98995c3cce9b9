/** The option `authenticate`: the authentication of the host's own app, beside API keys and access tokens. */

/** What the host sees of a request. The body is not read before the caller is known. */
export interface CustomRequest {
  /** The HTTP method. Mostly `POST`. */
  readonly method: string
  /** Path and query as the client sent them, with the mount point. Signatures that cover the address need them. */
  readonly url: string
  /**
   * A copy of the headers, as Node parsed them: names in lower case, repeats of most headers joined with `, `. What a client sends reaches the app
   * too, unless the gateway in front removes it. So trust a header of a gateway only if the gateway always sets or removes it, and refuse a joined
   * value.
   */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The workspace in the path. `null`: the endpoint for all workspaces, which takes that of the principal. */
  readonly workspaceId: string | null
}

/** Who sends a request, in the words of the host. All five are required: an end that is misspelt would be no end. */
export interface CustomPrincipal {
  /**
   * Stable id of the person, service or session: 1 to 200 characters, without a NUL or a lone surrogate, and no secret. It is the `credentialId` in
   * runs, approvals and audit events, with the kind `custom`. Rate limits, sessions and idempotency keys belong to it, so two callers must never
   * have the same one, and one caller should keep it.
   */
  readonly id: string
  /** The one workspace for which this request is authenticated. If the path names another, the request is refused. */
  readonly workspaceId: string
  /**
   * The ids of the members that it may act for. With a list of one id, requests need no member header. `'any'`: each member of the workspace that a
   * header names, so only for services, never for a person who has signed in.
   */
  readonly members: 'any' | readonly string[]
  /** Granted scopes. `*` grants all; `memory:*` grants every scope that begins with `memory:`. */
  readonly scopes: readonly string[]
  /** When it ends. Later requests are refused, and listen streams end then. `null`: it has no end that is known. */
  readonly expiresAt: Date | null
}

/**
 * Recognizes callers by what the host's app already has: a session cookie, the headers of a gateway, a signed header.
 *
 * @example
 * const authenticate: CustomAuthentication = {
 *   identify: ({ headers, workspaceId }) =>
 *     db.find<CustomPrincipal>('app_sessions', { cookie: headers['cookie'], workspaceId }),
 * }
 */
export interface CustomAuthentication {
  /**
   * Says who sends a request. `null`: nobody whom it knows, which is answered with 401. If it rejects, takes longer than `adapterTimeoutMs` or gives
   * anything else, the request is answered with 503. It is asked for each request without `Authorization` and `x-api-key`, before any count, and
   * again for the same request before work that waited goes on, and while a listen stream is open. So it must read current data.
   */
  identify(request: CustomRequest): Promise<CustomPrincipal | null>
  /**
   * Whether `Authorization` belongs to the host. Default `false`: only keys and access tokens are read from it, and a request with it is never asked
   * for here. `true`: on endpoints that take keys, each value but a Bearer key in the form of the library is for `identify`. Keys of another form
   * then go into `x-api-key`. Endpoints that take access tokens read it as before.
   */
  readonly takesAuthorization?: boolean
  /**
   * Challenges for `WWW-Authenticate` of a 401 to a request without a key or token, after the library's own, such as `Session realm="acme"`. One
   * scheme each, with its parameters. Default: none.
   */
  readonly challenges?: readonly string[]
}
