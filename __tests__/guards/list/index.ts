/** Every guard, by what it protects. */

import type { Guard } from '../guard.js'
import { POSTGRES_GUARDS } from './postgres.js'

export const ALL_GUARDS: readonly Guard[] = [...POSTGRES_GUARDS]
