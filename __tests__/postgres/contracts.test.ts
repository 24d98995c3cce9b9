import { openEmbedded, openPostgres } from '../support/databases.js'
import { createStore, recordContracts, storeContracts } from './stores.js'

/** Contracts come from `allv-mcp/testing`: approvalsContract(), runsContract(), … */

const embedded = await openEmbedded()
const postgres = await openPostgres()

afterAll(async () => {
  await embedded.close()
  await postgres?.close()
})

describe('PGlite', () => {
  const { pool, schema } = embedded
  storeContracts(createStore({ pool, schema }))
})

if (postgres !== null) {
  const { schema } = postgres
  describe('PostgreSQL', () => {
    const store = createStore({ pool: postgres.node(), peerPool: postgres.node(), schema })
    afterAll(() => Promise.all([store.adapters.events.close(), store.peer.events.close()]))
    storeContracts(store)
  })
  describe('PostgreSQL without group commit', () => {
    recordContracts(createStore({ pool: postgres.node(), schema, groupCommit: false }))
  })
}
