/** The contract suite of the policy adapter: it gives a verdict for one call, without side effects. */

import assert from 'node:assert/strict'
import type { ApprovalQuestion, PolicyAdapter } from '../../adapters/policy.js'
import { contextOf } from '../harness/context.js'
import { defineContract, type Harness, uniqueId } from '../harness/runner.js'

/** What `policyContract` needs: a policy, and calls to evaluate. */
export interface PolicyHarness extends Harness {
  /** The policy under test. */
  readonly adapter: PolicyAdapter
  /** Calls of the host's own tools to evaluate. Default: a call of a tool that the host does not have. */
  readonly questions?: readonly ApprovalQuestion[]
}

/**
 * Runs the contract suite of the policy adapter. `create` gives a new harness for each case.
 *
 * @example
 * policyContract({ describe, it }, async () => ({ adapter: tools }))
 */
export const policyContract = defineContract<PolicyHarness>('policy contract', {
  'evaluates a call without side effects': async ({ adapter, questions = [unknownCall()] }) => {
    for (const question of questions) {
      const verdict = await adapter.evaluate(question)
      assert.ok(['allow', 'deny', 'operator', 'member'].includes(verdict.verdict))
      assert.deepEqual(await adapter.evaluate(question), verdict)
    }
  },
  'asks for no approval if needsApprovals is false': async ({ adapter, questions = [unknownCall()] }) => {
    if (adapter.needsApprovals !== false) return
    for (const question of questions)
      assert.ok(['allow', 'deny'].includes((await adapter.evaluate(question)).verdict))
  },
})

function unknownCall(): ApprovalQuestion {
  return {
    context: contextOf(uniqueId('ws')),
    tool: { name: 'contract.tool', description: 'A contract.', inputSchema: { type: 'object' } },
    arguments: { amount: 1 },
  }
}
