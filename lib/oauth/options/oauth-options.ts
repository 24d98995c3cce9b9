/** The option `oauth`: which authorization servers a host trusts, and what their tokens grant. Types only. */

import type { FetchLike } from '../keys/fetch-json.js'

/** The claims of a verified token, or of an introspection response (RFC 7662, section 2.2). The library checked those that it uses. */
export type TokenClaims = Readonly<Record<string, unknown>>

/** A claim that names a person and never another one later. */
export type SubjectClaim = 'sub' | 'oid' | 'uid'

/** An authorization server that the host trusts. */
export interface OAuthIssuer {
  /**
   * The issuer identifier, copied byte for byte from the `issuer` of the server's metadata, with its final slash if it has one. HTTPS; HTTP only
   * on this machine.
   */
  readonly issuer: string
  /** Where the public keys are. Default: `jwks_uri` of the server's metadata (RFC 8414), which is fetched when first needed. */
  readonly jwksUri?: string
  /** Signature algorithms that are accepted. Asymmetric only. Default: RS256, PS256, ES256, ES384, EdDSA and Ed25519. */
  readonly algorithms?: readonly string[]
  /**
   * The `typ` of access tokens. `at+jwt` (RFC 9068): the default. `any`: for servers that write `JWT` or nothing (Entra ID, Okta, Keycloak,
   * WorkOS); ID tokens and other kinds of tokens are then recognized by their marks and refused.
   */
  readonly tokenType?: 'at+jwt' | 'any'
  /**
   * The claim that names a person in `findBySubject`. `sub`: the default. `oid`: Entra ID, whose `sub` differs from one app to the next. `uid`: Okta,
   * whose `sub` is a login name, which can change hands. Tokens without the claim are refused.
   */
  readonly subjectClaim?: SubjectClaim
  /**
   * The scopes of a token, for servers that write them elsewhere or not at all: `({ permissions }) => permissions` (Auth0 with role-based access
   * control), `() => ['crm.read']` (Supabase). The table `scopes` decides what they grant. What is no list of strings counts as no scopes. Default:
   * `scope`, or else `scp`.
   */
  readonly scopesOf?: (claims: TokenClaims) => unknown
  /** Replaces the option `audience` for tokens of this server. */
  readonly audience?: AudienceOption
  /** How opaque tokens are checked (RFC 7662). Default: opaque tokens are refused. At most one issuer of a workspace may have it. */
  readonly introspection?: Introspection
}

/** An introspection endpoint, and how this server authenticates there. */
export interface Introspection {
  /** The address of the endpoint. HTTPS; HTTP only on this machine. */
  readonly endpoint: string
  /** The client id of this server at the authorization server. */
  readonly clientId: string
  /** Its client secret, sent by HTTP Basic. It appears in no error and no log. */
  readonly clientSecret: string
}

/**
 * Which audiences a token may have. A string or a list: one of them. A function: those of a workspace, whose default is `[resource]`.
 * `{ clientIds }`: for servers without `aud`: only tokens that were issued to one of these clients. Then a token for another API of the same
 * client is accepted here too, so use it only if these clients call no other API.
 */
export type AudienceOption =
  | string
  | readonly string[]
  | ((query: { readonly workspaceId: string; readonly resource: string }) => readonly string[])
  | {
      /** The ids of the clients whose tokens are accepted, as `client_id`, `azp` or `cid` name them. */
      readonly clientIds: readonly string[]
    }

/** What one scope of tokens grants. */
export interface TokenScope {
  /** The scopes of the library and of the host's tools that it grants, such as `deals:read` or `memory:*`. */
  readonly grants: readonly string[]
  /** Other scopes of this table that it includes. */
  readonly implies?: readonly string[]
  /** Whether clients are told to ask for it when they first sign in. At least one scope must say so. */
  readonly default?: boolean
}

/** The option `oauth` of `createAllvMcpRouter` and `createControlPlane`. `adapters.members.findBySubject` and `publicUrl` are required with it. */
export interface OAuthOptions {
  /**
   * The authorization servers: one issuer identifier, a list, or a function that gives those of a workspace. A workspace whose own server signs in
   * its people must be given that server only: otherwise the server of one customer could sign in people of another.
   */
  readonly issuers:
    | string
    | readonly OAuthIssuer[]
    | ((query: { readonly workspaceId: string }) => readonly OAuthIssuer[] | Promise<readonly OAuthIssuer[]>)
  /** Default: the URL of the workspace's endpoint, which is the `resource` of RFC 8707. */
  readonly audience?: AudienceOption
  /** What each scope of tokens grants. A scope that is not in the table grants nothing, and neither does a wildcard in a token. */
  readonly scopes: Readonly<Record<string, TokenScope>>
  /**
   * `separate`: tokens are taken at `…/workspaces/:workspaceId/mcp/oauth`, and keys at both addresses; several clients drop configured headers
   * where they find OAuth metadata. `same`: both at `…/workspaces/:workspaceId/mcp`. Default `separate`.
   */
  readonly endpoint?: 'separate' | 'same'
  /**
   * Which address of the protected resource metadata clients are given: `origin` (`/.well-known/oauth-protected-resource/…`, which needs
   * `app.use(router.wellKnown)`) or `mount` (below the endpoint). Both are served. Default `origin`.
   */
  readonly metadataAt?: 'origin' | 'mount'
  /**
   * How a call is refused for which the token lacks a scope. `challenge`: status 403 with the scopes to ask for (MCP 2026-07-28, Step-Up
   * Authorization Flow). `tool-error`: a tool result that names them, for clients that lose their connection at a 403. Default `challenge`.
   */
  readonly insufficientScope?: 'challenge' | 'tool-error'
  /** How far clocks may be apart, in seconds. At most 300. Default 30. */
  readonly clockSkewSeconds?: number
  /** How old a token may be since its `iat`, in seconds. Default 24 hours. */
  readonly maxTokenAgeSeconds?: number
  /** How long a verified token is kept, in seconds, so that its signature is not checked with each request. At most 300. Default 30. */
  readonly cacheSeconds?: number
  /** How long keys that were fetched are used while the authorization server is down, in seconds. Default 1 hour. */
  readonly keyMaxStaleSeconds?: number
  /**
   * DPoP (RFC 9449). `accept`: tokens may be bound to a key, and then need a proof. `require`: all must be. `false`: tokens that are bound to
   * a key are refused. Default `false`.
   */
  readonly dpop?: false | 'accept' | 'require'
  /** Whether tokens without a person (client credentials) may act, for members that `findBySubject` finds with `kind: 'client'`. Default `false`. */
  readonly serviceMembers?: boolean
  /** Asked with each request whether a token was revoked before it ends. If it rejects, the request is answered with 503. Default: none is. */
  readonly isRevoked?: (token: {
    readonly issuer: string
    readonly subject: string
    readonly clientId: string
    /** The `jti` of the token; `null`: it has none. */
    readonly tokenId: string | null
    readonly issuedAt: Date
  }) => boolean | Promise<boolean>
  /** The workspace of a token, for the address `{mount}/mcp`, which names none. `null`: the token belongs to no workspace. Default: no such address. */
  readonly workspaceOf?: (claims: TokenClaims) => string | null | Promise<string | null>
  /** A name of the endpoint for people, shown by clients. Default: none. */
  readonly resourceName?: string
  /** The address of a page for people that explains the endpoint. Default: none. */
  readonly documentationUrl?: string
  /** Fetches keys, metadata and introspection responses, for hosts behind a proxy. Default: the global `fetch`. */
  readonly fetch?: FetchLike
}
