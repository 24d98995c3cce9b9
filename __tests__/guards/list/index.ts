/** Every guard, by what it protects. */

import type { Guard } from '../guard.js'
import { POSTGRES_GUARDS } from './postgres.js'
import { TENANT_GUARDS } from './tenants.js'

export const ALL_GUARDS: readonly Guard[] = [...POSTGRES_GUARDS, ...TENANT_GUARDS]
