/** The contract of the approvals adapter: one approval for one call, one winner ever, and the truth afterwards. */

import { approvalsExecutionCases } from './approvals-execution-cases.js'
import type { ApprovalsHarness } from './approvals-harness.js'
import { approvalsRequestCases } from './approvals-request-cases.js'
import { approvalsWaitCases } from './approvals-wait-cases.js'
import { defineContract } from './runner.js'

export const approvalsContract = defineContract<ApprovalsHarness, 'extend' | 'wait'>('approvals contract', {
  ...approvalsRequestCases,
  ...approvalsExecutionCases,
  ...approvalsWaitCases,
})
