/** Step 2: checks the feature flag of the workspace. It comes after authentication, so that a stranger learns nothing about a workspace. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Authenticated, Enabled } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/** Throws FEATURE_DISABLED when the flag is not on for the workspace. Without `adapters.features` it counts as on. */
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
