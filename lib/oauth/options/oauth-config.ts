/** The option `oauth`, checked and complete. */

import type { FetchLike } from '../keys/fetch-json.js'
import type {
  AudienceOption,
  Introspection,
  OAuthOptions,
  SubjectClaim,
  TokenClaims,
} from './oauth-options.js'
import type { ScopeTable } from './scope-table.js'

/** An authorization server, with defaults. */
export interface CheckedIssuer {
  /** The issuer identifier. */
  readonly issuer: string
  /** Where its keys are; `null`: its metadata says it. */
  readonly jwksUri: string | null
  /** The accepted signature algorithms. */
  readonly algorithms: readonly string[]
  /** The `typ` of its access tokens. */
  readonly tokenType: 'at+jwt' | 'any'
  /** The claim that names a person. */
  readonly subjectClaim: SubjectClaim
  /** The scopes of a token. */
  readonly scopesOf: (claims: TokenClaims) => readonly string[]
  /** Replaces the audience of the whole option; `null`: it does not. */
  readonly audience: AudienceOption | null
  /** How opaque tokens are checked; `null`: they are refused. */
  readonly introspection: Introspection | null
}

/** The option with its defaults. `OAuthOptions` documents each member. */
export interface OAuthConfig {
  /** The authorization servers of a workspace. What a function of the host gives is checked each time. */
  readonly issuersOf: (workspaceId: string) => Promise<readonly CheckedIssuer[]> | readonly CheckedIssuer[]
  /** Whether opaque tokens may come: an issuer has introspection, or a function of the host may give one that has. */
  readonly takesOpaque: boolean
  /** The audiences that a token may have. `null`: the resource itself. */
  readonly audience: AudienceOption | null
  /** What the scopes of tokens grant. */
  readonly scopes: ScopeTable
  readonly endpoint: 'separate' | 'same'
  readonly metadataAt: 'origin' | 'mount'
  readonly insufficientScope: 'challenge' | 'tool-error'
  readonly clockSkewSeconds: number
  readonly maxTokenAgeSeconds: number
  readonly cacheSeconds: number
  readonly keyMaxStaleSeconds: number
  readonly dpop: false | 'accept' | 'require'
  readonly serviceMembers: boolean
  readonly isRevoked: NonNullable<OAuthOptions['isRevoked']> | null
  readonly workspaceOf: NonNullable<OAuthOptions['workspaceOf']> | null
  readonly resourceName: string | null
  readonly documentationUrl: string | null
  readonly fetch: FetchLike
}
