import { digestApiKey } from 'allv-mcp'
import { createPostgresAdapters, type PostgresAdapters } from 'allv-mcp/postgres'
import { openEmbedded } from '../support/databases.js'
import { post, rpc, toolCall } from '../support/http.js'
import { scenes } from '../support/scene.js'
import { createWorld, KEYS } from '../support/world.js'
import { allEvents } from './stores.js'

/** PostgreSQL stores no NUL and no lone surrogates. Requests that contain them must cause neither an outage nor a missing record. */

const open = scenes()
const { pool, schema, close } = await openEmbedded()
afterAll(close)

const made: PostgresAdapters[] = []
const world = createWorld({
  rateLimit: false,
  adapt: ({ members }) => {
    const stores = createPostgresAdapters({ pool, schema })
    made.push(stores)
    return { ...stores, members }
  },
})
const stores = made[0] ?? never()
const scopes = ['memory:read', 'memory:write']
await stores.apiKeys.create({
  workspaceId: 'ws_acme',
  name: 'k',
  scopes,
  members: 'any',
  digest: digestApiKey(KEYS.acme),
})
await stores.memory.put('ws_acme', { key: 'tone', text: 'formal' })

function never(): never {
  throw new Error('no stores')
}

const ODD = [
  'a\0b',
  '\ud800',
  '\udc00x',
  "'; drop table runs; --",
  '%',
  '\\',
  '\u2028',
  '😀',
  'ä'.repeat(3000),
]

it('finds nothing under odd ids and keys, and continues', async () => {
  const { running } = await open(world)
  for (const odd of ODD) {
    const approval = await post(running, { body: toolCall('agent_get_approval', { id: odd }) })
    const memory = await post(running, { body: toolCall('agent_read_memory', { key: odd }) })
    const resource = await post(running, {
      body: rpc('resources/read', {
        uri: `allv://workspaces/ws_acme/memory/${encodeURIComponent(odd.toWellFormed())}`,
      }),
    })
    expect([odd, approval.status, memory.status, resource.status]).toEqual([odd, 200, 200, 200])
    for (const { text } of [approval, memory, resource])
      expect(text).not.toMatch(/UNAVAILABLE|INTERNAL|formal/)
  }
  expect(world.failures).toEqual([])
})

it('runs tools with odd arguments, waits for their approval, and replays their outcome', async () => {
  const { running } = await open(world)
  for (const dealId of ODD) {
    const deletion = { body: toolCall('deals_delete', { dealId }) }
    expect((await post(running, deletion)).text).toContain('APPROVAL_PENDING')
    const [pending] = (await stores.approvals.list({ workspaceId: 'ws_acme', state: 'pending' })).approvals
    expect(pending?.arguments).toEqual({ dealId })
    await stores.approvals.decide({ id: pending?.id ?? '', decision: 'approve', decidedBy: 'operator' })
    const text = JSON.stringify((await post(running, deletion)).json.result.content)
    expect(text).toBe(JSON.stringify([{ type: 'text', text: `deleted ${dealId.toWellFormed()}` }]))
    expect(JSON.stringify((await post(running, deletion)).json.result)).toContain('replayOf')
  }
  expect(world.failures).toEqual([])
})

it('stores odd texts in memory, or refuses them', async () => {
  const { running } = await open(world)
  for (const value of ODD) {
    const { status, json } = await post(running, {
      body: toolCall('agent_update_memory', { key: 'odd', value }),
    })
    expect([value, status]).toEqual([value, 200])
    const holds = value.isWellFormed() && !value.includes('\0')
    expect([value, json.result.isError ?? false]).toEqual([value, !holds])
  }
})

it('records callers with odd names, and refusals at odd addresses', async () => {
  const { running } = await open(world)
  const initialize = (name: string) =>
    rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name, version: '1' } })
  for (const name of ODD) expect((await post(running, { body: initialize(name) })).status).toBe(200)
  for (const place of ['ws%00', 'ws%ed%a0%80', '%', "ws'--"])
    expect([400, 401, 404]).toContain((await post(running, { workspaceId: place, key: null })).status)
  const refusals = await allEvents(stores, null)
  expect(refusals.map(({ claimedWorkspaceId }) => claimedWorkspaceId)).toEqual(
    expect.arrayContaining(['ws\ufffd', "ws'--"]),
  )
})
