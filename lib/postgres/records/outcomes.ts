/** How a call ended, as JSON keeps it. */

import type { RunOutcome } from '../../adapters/runs.js'
import { dateOf, type Stored } from '../database/fields.js'

export type StoredOutcome = Stored<RunOutcome>

export function outcomeOf(stored: StoredOutcome | null): RunOutcome | null {
  return stored === null ? null : { ...stored, endedAt: dateOf(stored.endedAt) }
}
