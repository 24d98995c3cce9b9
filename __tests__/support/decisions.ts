/** Decisions of an operator in a world. */

import type { DecisionResult } from 'allv-mcp'
import type { World } from './world.js'

/** Decides the approval that was asked for last. Throws if there is none. */
export async function decideNewest(
  { adapters: { approvals } }: Pick<World, 'adapters'>,
  decision: 'approve' | 'deny' = 'approve',
  reason?: string,
): Promise<DecisionResult> {
  const [newest] = approvals.list()
  if (newest === undefined) throw new Error('nobody has asked for an approval')
  const { id } = newest
  return approvals.decide({
    id,
    decision,
    decidedBy: 'operator',
    ...(reason === undefined ? {} : { reason }),
  })
}
