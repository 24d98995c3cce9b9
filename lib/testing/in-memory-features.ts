/** Feature flags in memory. For tests and examples only. */

import type { FeaturesAdapter } from '../adapters/features.js'
import { keyed } from './keyed.js'

export interface InMemoryFeatures extends FeaturesAdapter {
  set(flag: string, workspaceId: string, on: boolean): void
}

/** Every flag is on until it is set off, so that a test says only what it is about. */
export function createInMemoryFeatures(): InMemoryFeatures {
  const off = new Set<string>()
  return {
    set(flag, workspaceId, on) {
      if (on) off.delete(keyed(flag, workspaceId))
      else off.add(keyed(flag, workspaceId))
    },
    async isEnabled({ flag, workspaceId }) {
      return !off.has(keyed(flag, workspaceId))
    },
  }
}
