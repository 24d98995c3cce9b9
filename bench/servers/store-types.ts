/** The type of the stores of runs and audit events in the bench. */

import type { Adapters } from 'allv-mcp'

export interface Stores extends Required<Pick<Adapters, 'runs' | 'audit'>> {
  /** Removes the records of a measurement. */
  reset(): Promise<void>
  /** Removes everything that the stores created. */
  close?(): Promise<void>
}
