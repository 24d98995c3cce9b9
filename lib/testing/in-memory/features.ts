/** Feature flags in memory, for tests and examples only. */

import type { FeaturesAdapter } from '../../adapters/features.js'
import { keyed } from './keyed.js'

/** Flags by name and workspace id: `{ mcp_server_v1: { ws_globex: false } }`. */
export type FlagSeed = Readonly<Record<string, Readonly<Record<string, boolean>>>>

/** Feature flags in memory. */
export interface InMemoryFeatures extends FeaturesAdapter {
  /** Sets a flag of one workspace on or off. */
  set(flag: string, workspaceId: string, on: boolean): void
}

/**
 * Makes feature flags in memory. Every flag is on until it is set off, so a test sets only the flags that it is about.
 *
 * @example
 * const features = createInMemoryFeatures()
 * features.set('mcp_server_v1', 'ws_globex', false)
 */
export function createInMemoryFeatures(flags: FlagSeed = {}): InMemoryFeatures {
  const off = new Set<string>()
  const set = (flag: string, workspaceId: string, on: boolean) => {
    if (on) off.delete(keyed(flag, workspaceId))
    else off.add(keyed(flag, workspaceId))
  }
  for (const [flag, workspaces] of Object.entries(flags)) {
    for (const [workspaceId, on] of Object.entries(workspaces)) set(flag, workspaceId, on)
  }
  return {
    set,
    async isEnabled({ flag, workspaceId }) {
      return !off.has(keyed(flag, workspaceId))
    },
  }
}
