/** Tells other requests, on whichever node, what concerns a run. Who misses it finds out by asking. */

import { tellAdapter } from '../runtime/adapter-call.js'
import type { Plane } from '../runtime/runtime.js'
import type { Admitted } from './stages.js'

export async function tellRun(
  plane: Plane,
  { context, correlationId }: Pick<Admitted, 'context' | 'correlationId'>,
  type: 'run_changed' | 'run_joined',
  runId: string,
): Promise<void> {
  const { workspaceId, member } = context
  await tellAdapter(plane, correlationId, () =>
    plane.hub.publish({ type, workspaceId, memberId: member.id, runId }),
  )
}
