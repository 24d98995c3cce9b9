import { openPostgres } from '../support/databases.js'
import { createStore, decidedElsewhereContract, recordContracts, storeContracts } from './stores.js'

/** Contracts come from `allv-mcp/testing`: approvalsContract(), runsContract(), … */

const postgres = await openPostgres()
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers) await close()
  await postgres?.close()
})

it('runs if PostgreSQL answers', () => {
  expect(postgres === null || postgres.schema.length > 0).toBe(true)
})

if (postgres !== null) {
  const { schema } = postgres
  const store = createStore({ pool: postgres.node(), peerPool: postgres.node(), schema })
  closers.push(store.adapters.events.close, store.peer.events.close)
  storeContracts(store)
  describe('decided on another node', () => decidedElsewhereContract(store))
  describe('without group commit', () => {
    recordContracts(createStore({ pool: postgres.node(), schema, groupCommit: false }))
  })
}
