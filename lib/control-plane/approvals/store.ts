/** The host's store of approvals. */

import type { ApprovalsAdapter } from '../../adapters/approvals.js'
import type { Runtime } from '../runtime/runtime.js'

/** Throws a TypeError where there is none: a policy that promised to ask for no approval has asked for one, and nothing runs. */
export function approvalStore({ config }: Runtime): ApprovalsAdapter {
  const { approvals } = config.adapters
  if (approvals === undefined)
    throw new TypeError(
      'policy.evaluate asked for an approval, and there is no adapter "approvals" that stores it; pass adapters.approvals',
    )
  return approvals
}
