/** The policy for hosts where no call needs an approval. */

import type { PolicyAdapter } from '../adapters/policy.js'

/**
 * A policy that allows every call of every member. It ignores the `approval` of the tools. For hosts that have an approvals adapter and want no
 * approvals, for example with `createPostgresAdapters` and their own `tools` adapter.
 *
 * @example
 * createAllvMcpRouter({ adapters: { ...createPostgresAdapters({ pool }), tools, policy: allowEveryCall() }, secret })
 */
export function allowEveryCall(): PolicyAdapter {
  return Object.freeze({ evaluate: async () => ({ verdict: 'allow' as const }), needsApprovals: false })
}
