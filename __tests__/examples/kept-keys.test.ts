import { PGlite } from '@electric-sql/pglite'
import { digestApiKey } from 'allv-mcp'
import { createHostApp } from '../../examples/host/app.js'
import { MCP_SCHEMA, prepare } from '../../examples/host/database.js'
import { keys } from '../support/sales-host.js'

it('gives a demo key of an earlier version the scopes that tools ask for now, and leaves others alone', async () => {
  const pool = new PGlite()
  await prepare(pool)
  const options = { pool, keys, operatorPassword: 'letmein', memberPassword: 'itsme' }
  const first = await createHostApp(options)
  await pool.query(`update ${MCP_SCHEMA}.api_keys set scopes = '["memory:read","memory:write"]'`)
  const own = { id: 'key_own', workspaceId: 'ws_acme', name: 'own', members: 'any' as const }
  await first.adapters.apiKeys.create({ ...own, scopes: ['memory:read'], digest: digestApiKey('sk_own') })
  const { adapters } = await createHostApp(options)
  const scopesOf = async (key: string) =>
    (await adapters.apiKeys.findByDigest({ digest: digestApiKey(key) }))?.scopes
  expect(await scopesOf(keys.ws_acme)).toEqual(['deals:read', 'deals:write', 'memory:read', 'memory:write'])
  expect(await scopesOf('sk_own')).toEqual(['memory:read'])
  for (const { adapters: stores } of [first, { adapters }]) await stores.events.close()
  await pool.close()
})
