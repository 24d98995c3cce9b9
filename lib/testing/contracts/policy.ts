/** The contract of the policy adapter: a verdict for one call, and nothing else changes. */

import assert from 'node:assert/strict'
import type { ApprovalQuestion, PolicyAdapter } from '../../adapters/policy.js'
import { contextOf } from './context.js'
import { defineContract, type Harness, uniqueId } from './runner.js'

export interface PolicyHarness extends Harness {
  readonly adapter: PolicyAdapter
  /** Calls of the host's own tools to ask about. Default: a call of a tool that the host does not have. */
  readonly questions?: readonly ApprovalQuestion[]
}

export const policyContract = defineContract<PolicyHarness>('policy contract', {
  'evaluates a call without side effects': async ({ adapter, questions = [unknownCall()] }) => {
    for (const question of questions) {
      const verdict = await adapter.evaluate(question)
      assert.ok(['allow', 'deny', 'operator', 'member'].includes(verdict.verdict))
      assert.deepEqual(await adapter.evaluate(question), verdict)
    }
  },
  'asks for no approval where it says that it needs none': async ({
    adapter,
    questions = [unknownCall()],
  }) => {
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
