/** An access token before and after it was verified. */

import type { TokenClaims } from './options/oauth-options.js'
import type { Resource } from './resource.js'
import type { ProvedRequest } from './tokens/dpop.js'
import type { TokenRefusal } from './tokens/refusal.js'

/** A token that was presented. It is held so that nothing prints or stores it by mistake. */
export interface AccessToken {
  /** The token itself. Only the verifier calls it. */
  readonly reveal: () => string
  /** The scheme of the `Authorization` header. */
  readonly scheme: 'bearer' | 'dpop'
  /** The request, for a proof; `null`: there is no HTTP request. */
  readonly request: ProvedRequest | null
}

/** Where a token was presented. */
export interface TokenUse {
  /** The endpoint. */
  readonly resource: Resource
  /**
   * Whether the same request is checked again after it waited. Then a token that was good and has ended since is still good, a proof is not
   * asked for again, and everything else is.
   */
  readonly again: boolean
}

/** A good token. */
export interface VerifiedToken {
  readonly issuer: string
  /** The `sub`: the person, or the client for a token without a person. */
  readonly subject: string
  /** The client that the token was issued to. */
  readonly clientId: string
  /** `user`: a person. `client`: no person (client credentials; RFC 9068, section 2.2). */
  readonly kind: 'user' | 'client'
  /** The workspace of the endpoint, or of the token. `null`: the endpoint names none, and the token belongs to none. */
  readonly workspaceId: string | null
  /** The scopes of the table that it has. */
  readonly tokenScopes: readonly string[]
  /** The scopes of the library that these grant; the same frozen array for equal scopes. */
  readonly scopes: readonly string[]
  readonly expiresAt: Date
  readonly claims: TokenClaims
}

/** What became of a token. */
export type Verification = { readonly token: VerifiedToken } | { readonly refused: TokenRefusal }
