/**
 * The table of stores for runs and audit events in the bench. In-memory stores keep all records, so they are replaced between two
 * measurements. The soak has stores that keep only new records.
 */

import { createInMemoryAudit, createInMemoryRuns } from 'allv-mcp/testing'
import type { Stores } from './store-types.js'

export const STORES: Readonly<Record<string, () => Promise<Stores>>> = {
  memory: async () => inMemory(Number.POSITIVE_INFINITY),
  bounded: async () => inMemory(10_000),
  postgres: () => inPostgres(true),
  'postgres-singly': () => inPostgres(false),
}

/** The driver loads only where it is needed: a server with in-memory stores must not start with it. */
async function inPostgres(together: boolean): Promise<Stores> {
  const { postgresStores } = await import('./postgres-stores.js')
  return postgresStores(together)
}

/** In-memory stores that are replaced after this many runs. */
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
      update: (update) => runs.update(update),
      get: (query) => runs.get(query),
      list: (query) => runs.list(query),
    },
    audit: { append: (events) => audit.append(events) },
  }
}
