/** Step 2: whether this workspace has the router at all. Asked after the key, so that it tells strangers nothing. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Authenticated, Enabled } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

export async function requireFeature(
  runtime: Runtime,
  { received, principal }: Authenticated,
): Promise<Enabled> {
  const { adapters, featureFlag } = runtime.config
  const { features } = adapters
  if (features !== undefined) {
    const { workspaceId } = principal
    const enabled = await callAdapter(runtime, received.correlationId, () =>
      features.isEnabled({ flag: featureFlag, workspaceId }),
    )
    if (enabled !== true) throw new AllvError('FEATURE_DISABLED')
  }
  return { received, principal, feature: 'on' }
}
