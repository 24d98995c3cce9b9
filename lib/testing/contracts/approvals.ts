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
 * ```ts
 * import { describe, it } from 'node:test'
 * import { approvalsContract } from 'allv-mcp/testing'
 *
 * approvalsContract({ describe, it }, async () => ({ adapter: myApprovals(), decide: myDecide }))
 * ```
 */
export const approvalsContract = defineContract<ApprovalsHarness, 'extend' | 'wait'>('approvals contract', {
  ...approvalsRequestCases,
  ...approvalsExecutionCases,
  ...approvalsWaitCases,
})
