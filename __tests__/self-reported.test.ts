import { createPostgresAdapters, type PostgresAdapters } from 'allv-mcp/postgres'
import { openEmbedded } from './support/databases.js'
import { type Ask, modern, post, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld } from './support/world.js'

/** What callers say about themselves is recorded cleaned and cut, and makes no record unreadable, in PostgreSQL and in memory. */

const open = scenes()
const embedded = await openEmbedded()
afterAll(() => embedded.close())
const made: PostgresAdapters[] = []
const world = createWorld({
  rateLimit: false,
  adapt: () => {
    const { pool, schema } = embedded
    const stores = createPostgresAdapters({ pool, schema })
    made.push(stores)
    return { approvals: stores.approvals, runs: stores.runs, audit: stores.audit }
  },
})
const [stores] = made
if (stores === undefined) throw new Error('no stores')
const ODD = [
  'evil\0client',
  '\ud800',
  `${'n'.repeat(99)}🚀`,
  'a\r\nX-Evil: 1',
  '\u202egpj',
  '\u2028',
  'z'.repeat(4000),
]
const UNFIT = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u

const listed = async (filter: object = {}, workspaceId: string | null = 'ws_acme') =>
  (await stores.audit.list({ workspaceId, limit: 500, cursor: null, ...filter })).events
/** Every filter works for any recorded text. */
async function expectReadable(): Promise<void> {
  for (const workspaceId of ['ws_acme', null])
    for (const filter of [
      {},
      { tool: 'crm.echo' },
      { runId: 'r' },
      { approvalId: 'a' },
      { type: 'run.ended' },
      { memberId: 'm' },
    ])
      await listed(filter, workspaceId)
  expect(world.failures).toEqual([])
}
const withClient = (clientInfo: object, name = 'deals_delete'): Pick<Ask, 'headers' | 'body'> =>
  modern('tools/call', {
    name,
    arguments: { dealId: crypto.randomUUID() },
    _meta: { 'io.modelcontextprotocol/clientInfo': clientInfo },
  })

it.each(ODD)('keeps of a client its name, version and title, cleaned and cut: %j', async (text) => {
  const { running } = await open(world)
  const client = { name: text, version: text, title: text, extra: { [text]: text }, runId: 'run_fake' }
  expect((await post(running, withClient(client))).text).toContain('APPROVAL_PENDING')
  const [event] = await listed({ type: 'approval.requested' })
  const { approvals } = await stores.approvals.list({ workspaceId: 'ws_acme', limit: 1 })
  for (const kept of [event?.client, approvals[0]?.client]) {
    expect(Object.keys(kept ?? {})).toEqual(['name', 'version', 'title'])
    for (const one of Object.values(kept ?? {})) {
      expect(one).not.toMatch(UNFIT)
      expect(one.length).toBeLessThanOrEqual(100)
    }
  }
  await expectReadable()
})

it.each(ODD)('keeps of a 2025 client the same: %j', async (text) => {
  const { running } = await open(world)
  const clientInfo = { name: text, version: text, title: text, websiteUrl: 'https://a.test' }
  const initialize = rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  const id = (await post(running, { body: initialize })).headers.get('mcp-session-id') ?? ''
  const headers = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }
  await post(running, { headers, body: toolCall('crm_echo', { text: 'a' }) })
  const [event] = await listed()
  expect(Object.keys(event?.client ?? {})).toEqual(['name', 'version', 'title'])
  for (const one of Object.values(event?.client ?? {})) {
    expect(one).not.toMatch(UNFIT)
    expect(one.length).toBeLessThanOrEqual(100)
  }
  await expectReadable()
})

it('keeps the answer to a client with a name of nearly four megabytes small', async () => {
  const { running } = await open(world)
  await post(running, withClient({ name: 'big', version: '1', junk: 'j'.repeat(3_900_000) }))
  for (const event of await listed()) expect(JSON.stringify(event).length).toBeLessThan(4000)
  const { approvals } = await stores.approvals.list({ workspaceId: 'ws_acme', limit: 1 })
  expect(JSON.stringify(approvals[0]?.client).length).toBeLessThan(400)
})

it.each(ODD)('records an unknown tool, prompt and address: %j', async (text) => {
  const { running } = await open(world)
  await post(running, { body: toolCall(text) })
  await post(running, { body: rpc('prompts/get', { name: text }) })
  await post(running, { body: rpc('resources/read', { uri: text }) })
  const [newest] = await listed({ type: 'request.refused' })
  expect(newest?.code).toBeDefined()
  for (const { tool = '' } of await listed({ type: 'request.refused' })) {
    expect(tool).not.toMatch(UNFIT)
    expect(tool.length).toBeLessThanOrEqual(128)
  }
  await expectReadable()
})

it('records what callers without a key say, cut and cleaned', async () => {
  const { running } = await open(world)
  for (const workspaceId of ['ws_%00', 'ws_%F0%9F%9A%80', 'w'.repeat(3000), 'ws%0d%0aX', '%E2%80%AE'])
    await post(running, { key: null, workspaceId })
  await post(running, { key: null, headers: { 'mcp-protocol-version': 'E'.repeat(12_000) } })
  await post(running, { headers: { 'mcp-protocol-version': 'E'.repeat(12_000) } })
  await post(running, {
    headers: { 'mcp-protocol-version': 'E'.repeat(12_000) },
    body: rpc('initialize', {
      protocolVersion: 'x'.repeat(9000),
      capabilities: {},
      clientInfo: { name: 'a', version: '1' },
    }),
  })
  const events = [...(await listed({}, null)), ...(await listed())]
  expect(events.length).toBeGreaterThan(5)
  for (const { claimedWorkspaceId = '', era } of events) {
    expect(claimedWorkspaceId).not.toMatch(UNFIT)
    expect(claimedWorkspaceId.length).toBeLessThanOrEqual(200)
    expect((era ?? '').length).toBeLessThanOrEqual(32)
  }
  await expectReadable()
})
