import { openEmbedded } from '../support/databases.js'
import { createStore, storeContracts } from './stores.js'

/** Contracts come from `allv-mcp/testing`: approvalsContract(), runsContract(), … */

const embedded = await openEmbedded()
afterAll(() => embedded.close())

const { pool, schema } = embedded
storeContracts(createStore({ pool, schema }))
