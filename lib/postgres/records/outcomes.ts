/** Outcomes of runs in JSON columns. */

import type { RunOutcome } from '../../adapters/runs.js'
import { dateOf, type Stored } from '../database/fields.js'

/** An outcome in a row. */
export type StoredOutcome = Stored<RunOutcome>

/** Reads an outcome of a row. */
export function outcomeOf(stored: StoredOutcome | null): RunOutcome | null {
  return stored === null ? null : { ...stored, endedAt: dateOf(stored.endedAt) }
}
