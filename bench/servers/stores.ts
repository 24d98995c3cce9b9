/**
 * Where runs and audit events go while ours is measured. In-memory ones keep everything for ever, so they can be thrown away between two
 * measurements, and for a soak there are some that keep only what is new. Stores in a database belong in this table.
 */

import { createInMemoryAudit, createInMemoryRuns } from 'allv-mcp/testing'
import { postgresStores } from './postgres-stores.js'
import type { Stores } from './store-types.js'

export const STORES: Readonly<Record<string, () => Promise<Stores>>> = {
  memory: async () => inMemory(Number.POSITIVE_INFINITY),
  bounded: async () => inMemory(10_000),
  postgres: () => postgresStores(true),
  'postgres-singly': () => postgresStores(false),
}

/** In-memory stores that begin anew after so many runs. */
function inMemory(most: number): Stores {
  let runs = createInMemoryRuns()
  let audit = createInMemoryAudit()
  let begun = 0
  const reset = async () => {
    runs = createInMemoryRuns()
    audit = createInMemoryAudit()
    begun = 0
  }
  return {
    reset,
    runs: {
      begin(run) {
        begun += 1
        return begun > most ? reset().then(() => runs.begin(run)) : runs.begin(run)
      },
      end: (end) => runs.end(end),
      get: (query) => runs.get(query),
      list: (query) => runs.list(query),
    },
    audit: { append: (events) => audit.append(events) },
  }
}
