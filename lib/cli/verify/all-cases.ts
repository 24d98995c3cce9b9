/** All cases of a verification, in the order in which they run. */

import type { Verification } from '../../testing/index.js'
import type { VerifyCase } from './case.js'
import { contractCases } from './contract-cases.js'
import { crashCases } from './crash.js'
import { executionGuarantees } from './one-execution.js'
import { revocationGuarantees } from './revoked-key.js'
import { guaranteeCases } from './scene.js'
import { tenantGuarantees } from './tenants.js'

/** @param module the path of the module, for child processes; `null`: there is none, and cases about crashes are skipped */
export function allCases(verification: Verification, module: string | null): readonly VerifyCase[] {
  const { host } = verification
  return [
    ...contractCases(verification),
    ...guaranteeCases('guarantee: tenants apart', host, tenantGuarantees),
    ...guaranteeCases('guarantee: one execution', host, executionGuarantees),
    ...guaranteeCases('guarantee: revoked key', host, revocationGuarantees),
    ...crashCases(host, module),
  ]
}
