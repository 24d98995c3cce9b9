/** Policies that break one promise each. */

import type { PolicyAdapter } from 'allv-mcp'
import { policyContract } from 'allv-mcp/testing'
import type { Broken } from './collect.js'

function policy(adapter: string, notices: string, create: () => PolicyAdapter): Broken {
  return {
    adapter,
    notices,
    suite: (runner) => policyContract(runner, async () => ({ adapter: create() })),
  }
}

export const brokenPolicy: readonly Broken[] = [
  policy('evaluate that remembers', 'evaluates a call without', () => {
    let asked = 0
    return { evaluate: async () => ({ verdict: asked++ === 0 ? 'allow' : 'deny' }) }
  }),
  policy('a policy that asks although it needs no approvals', 'asks for no approval if', () => ({
    evaluate: async () => ({ verdict: 'operator' }),
    needsApprovals: false,
  })),
]
