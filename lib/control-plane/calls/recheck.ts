/** Checks permission again: before an approval is consumed, and before a tool that asked its client runs again. */

import type { Approver } from '../../adapters/policy.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { readmit } from '../admission/admit.js'
import { definitionDigest } from '../approvals/binding.js'
import { objectionTo } from '../approvals/rule.js'
import type { Begun } from '../request/call-stages.js'
import type { Rechecked } from '../request/objection.js'
import type { Runtime } from '../runtime/runtime.js'
import { authorizeTool } from './authorize.js'

/**
 * Checks the key, the feature flag, the member, the tool, its definition and the policy as they are now. `approver`: whose decision the call
 * needed; `null` for none. Throws when a check refuses, and when the selector now chooses another member.
 */
export async function recheck(runtime: Runtime, begun: Begun, approver: Approver | null): Promise<Rechecked> {
  const admitted = await readmit(runtime, begun.admitted)
  const { context, tool } = await authorizeTool(runtime, admitted, begun.input)
  if (definitionDigest(tool) !== definitionDigest(begun.tool)) throw new AllvError('APPROVAL_EXPIRED')
  return { objection: await objectionTo(runtime, { context, tool, bound: begun.bound }, approver), admitted }
}
