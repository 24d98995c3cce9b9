/** The contract suite of the approvals adapter: one approval for one call, at most one execution, and its outcome for repeats. */

import { defineContract } from '../harness/runner.js'
import { approvalsExecutionCases } from './approvals-execution-cases.js'
import type { ApprovalsHarness } from './approvals-harness.js'
import { approvalsRequestCases } from './approvals-request-cases.js'
import { approvalsWaitCases } from './approvals-wait-cases.js'

/**
 * Runs the contract suite of the approvals adapter. `create` gives a new harness for each case.
 *
 * @example
 * import { describe, it } from 'node:test'
 * approvalsContract({ describe, it }, async () => {
 *   const adapter = createInMemoryApprovals()
 *   return { adapter, decide: adapter.decide }
 * })
 */
export const approvalsContract = defineContract<ApprovalsHarness, 'extend' | 'wait'>('approvals contract', {
  ...approvalsRequestCases,
  ...approvalsExecutionCases,
  ...approvalsWaitCases,
})
