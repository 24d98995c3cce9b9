/** What stores of runs and audit events can do here beside storing. */

import type { Adapters } from 'allv-mcp'

export interface Stores extends Required<Pick<Adapters, 'runs' | 'audit'>> {
  /** Forgets what a measurement left behind. */
  reset(): Promise<void>
  /** Leaves nothing behind. */
  close?(): Promise<void>
}
