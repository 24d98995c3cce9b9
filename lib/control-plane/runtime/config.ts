/** The configuration of a control plane: the host's options, checked, complete and frozen. */

import type { FailureReport } from '../../adapter-kit/failure-line.js'
import type { Adapters } from '../../adapters/adapters.js'
import type { CustomAuthentication } from '../../adapters/custom-authentication.js'
import type { PolicyAdapter } from '../../adapters/policy.js'
import type { RateLimiter } from '../../adapters/rate-limiter.js'
import type { OAuthConfig } from '../../oauth/options/oauth-config.js'
import type { Brand } from './brand.js'

/** The options with their defaults. `AllvMcpOptions` documents each of them. */
export interface Config {
  /** What the host brings, without adapters that are `null`. */
  readonly adapters: Adapters
  /** The approval policy; `null`: no call needs an approval. */
  readonly policy: PolicyAdapter | null
  /** `null`: the option is not set. */
  readonly publicUrl: URL | null
  /** The first one seals, all of them open. Empty: a random secret for each process. */
  readonly secrets: readonly string[]
  /** Origins of browser pages that may call. */
  readonly allowedOrigins: ReadonlySet<string>
  /** Name of the feature flag. */
  readonly featureFlag: string
  /** The host's own names. */
  readonly brand: Brand
  /** How clients see the names of tools. */
  readonly toolNames: 'portable' | 'canonical'
  /** Name and version of the server, as clients see them. */
  readonly serverInfo: { readonly name: string; readonly version: string; readonly title?: string }
  /** Instructions for clients; `null` for none. */
  readonly instructions: string | null
  /** How long clients may cache lists and resources, in milliseconds. */
  readonly cacheTtlMs: number
  /** Largest body of a request, in bytes. */
  readonly bodyLimitBytes: number
  /** How long a body may take to arrive, in milliseconds. */
  readonly bodyTimeoutMs: number
  /** How much unsent data may wait for one key and member, in bytes. */
  readonly maxUnsentBytes: number
  /** Items on one page of a list. */
  readonly pageSize: number
  /** Time limit of a tool, in milliseconds. */
  readonly toolTimeoutMs: number
  /** Largest answer of a tool, in bytes of JSON. */
  readonly toolOutputLimitBytes: number
  /** How long a call waits for a decision, in milliseconds. */
  readonly approvalHoldMs: number
  /** How long an approval is valid, in milliseconds. */
  readonly approvalTtlMs: number
  /** How long the outcome of an approved call answers its repeats, in milliseconds. */
  readonly approvalReplayMs: number
  /** How many approvals of one member may be pending. */
  readonly maxPendingApprovals: number
  /** Time limit of an adapter, in milliseconds. */
  readonly adapterTimeoutMs: number
  /** Points in each window of `seconds`, a limiter of the host, or `false` for none. */
  readonly rateLimit: false | { readonly points: number; readonly seconds: number } | RateLimiter
  /** Access tokens: which are accepted and what they grant. `null`: none are. */
  readonly oauth: OAuthConfig | null
  /** The host's own authentication; `null` for none. */
  readonly authenticate: Required<CustomAuthentication> | null
  /** Receives each internal failure. Never throws. */
  readonly onError: (error: unknown, report: FailureReport) => void
}
