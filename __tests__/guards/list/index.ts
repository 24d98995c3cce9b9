/** Every guard, by what it protects. */

import type { Guard } from '../guard.js'
import { ADMISSION_GUARDS } from './admission.js'
import { APPROVAL_GUARDS } from './approvals.js'
import { BOUND_GUARDS } from './bounds.js'
import { CALL_GUARDS } from './calls.js'
import { CLI_GUARDS } from './cli.js'
import { CONFIGURATION_GUARDS } from './configurations.js'
import { CUSTOM_AUTHENTICATION_GUARDS } from './custom-authentication.js'
import { DOCTOR_GUARDS } from './doctor.js'
import { OAUTH_GUARDS } from './oauth.js'
import { POSTGRES_GUARDS } from './postgres.js'
import { STORE_GUARDS } from './stores.js'
import { TENANT_GUARDS } from './tenants.js'

export const ALL_GUARDS: readonly Guard[] = [
  ...ADMISSION_GUARDS,
  ...CUSTOM_AUTHENTICATION_GUARDS,
  ...TENANT_GUARDS,
  ...CALL_GUARDS,
  ...APPROVAL_GUARDS,
  ...BOUND_GUARDS,
  ...STORE_GUARDS,
  ...OAUTH_GUARDS,
  ...POSTGRES_GUARDS,
  ...CLI_GUARDS,
  ...DOCTOR_GUARDS,
  ...CONFIGURATION_GUARDS,
]
