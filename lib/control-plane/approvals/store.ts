/** Gives the host's store of approvals to code that cannot work without it. */

import type { ApprovalsAdapter } from '../../adapters/approvals.js'
import type { Runtime } from '../runtime/runtime.js'

/** Throws a TypeError if there is none: the policy promised not to require approvals (`needsApprovals: false`), and required one. */
export function approvalStore({ config }: Runtime): ApprovalsAdapter {
  const { approvals } = config.adapters
  if (approvals === undefined)
    throw new TypeError(
      'policy.evaluate asked for an approval, and there is no adapter "approvals" that stores it; pass adapters.approvals',
    )
  return approvals
}
