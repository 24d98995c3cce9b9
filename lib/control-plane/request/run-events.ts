/** Publishes events about a run to other requests, on this and other nodes. A request that misses one finds out by polling. */

import { notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import type { Admitted } from './stages.js'

/** Publishes an event about a run of this member. Never rejects; `onError` receives a failure. */
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
