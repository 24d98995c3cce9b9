/** Tells other requests, on whichever node, what concerns a run. Who misses it finds out by asking. */

import { notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import type { Admitted } from './stages.js'

export async function publishRunEvent(
  runtime: Runtime,
  { context }: Pick<Admitted, 'context'>,
  type: 'run_changed' | 'run_joined',
  runId: string,
): Promise<void> {
  const { workspaceId, member, correlationId } = context
  await notifyAdapter(runtime, correlationId, () =>
    runtime.eventBus.publish({ type, workspaceId, memberId: member.id, runId }),
  )
}
