/** The policy of a host that asks for no approvals. */

import type { PolicyAdapter } from '../adapters/policy.js'

/**
 * A policy under which every call runs at once, whoever makes it and whatever it changes: nobody is asked, and the `approval` of the tools is
 * not heard. For hosts that store approvals and mean to ask for none, such as with `createPostgresAdapters` and a `tools` adapter of their own.
 *
 * @example
 * ```ts
 * createAllvMcpRouter({ adapters: { ...createPostgresAdapters({ pool }), tools, policy: allowEveryCall() }, secret })
 * ```
 */
export function allowEveryCall(): PolicyAdapter {
  return Object.freeze({ evaluate: async () => ({ verdict: 'allow' as const }), needsApprovals: false })
}
