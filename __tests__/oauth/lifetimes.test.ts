import { createAllvAgentApi } from 'allv-mcp'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** What outlives a token and what ends with it: sessions, approvals, streams, agents. */

let host: OAuthWorld
const revoked = new Set<string>()
beforeAll(async () => {
  host = await startOAuthWorld(
    { isRevoked: ({ tokenId }) => tokenId !== null && revoked.has(tokenId) },
    { approvalHoldMs: 20_000 },
  )
})
afterAll(() => host.close())

const now = () => Math.floor(Date.now() / 1000)
const initialize = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
}
const session = (answer: { readonly headers: Headers }) => answer.headers.get('mcp-session-id') ?? ''

it('keeps a session and its idempotency keys over a refresh, and for nobody else', async () => {
  const first = await host.post(`Bearer ${await host.tokenFor()}`, initialize)
  const headers = { 'mcp-session-id': session(first), 'mcp-protocol-version': '2025-11-25' }
  const refreshed = `Bearer ${await host.tokenFor({ scope: 'crm.write' })}`
  expect((await host.post(refreshed, { headers })).status).toBe(200)
  for (const claims of [{ client_id: 'client_2' }, { sub: 'sub_omar' }]) {
    const { status, code } = await host.post(`Bearer ${await host.tokenFor(claims)}`, { headers })
    expect([status, code]).toEqual([404, 'SESSION_NOT_FOUND'])
  }
  const call = {
    method: 'tools/call',
    params: { name: 'deals_add', arguments: { a: 1, b: 2 } },
    headers: { 'idempotency-key': 'once' },
  }
  await host.post(`Bearer ${await host.tokenFor()}`, call)
  const runs = host.world.executions.length
  expect((await host.post(`Bearer ${await host.tokenFor()}`, call)).json.result).toMatchObject({
    structuredContent: { sum: 3 },
  })
  expect(host.world.executions.length).toBe(runs)
})

/** Starts a call that waits for an operator, and gives its approval. */
async function waiting(authorization: string, dealId: string) {
  const answered = host.post(authorization, {
    method: 'tools/call',
    params: { name: 'deals_delete', arguments: { dealId } },
  })
  const { approvals } = host.world.adapters
  for (;;) {
    const listed = await approvals.list({ workspaceId: 'ws_acme', state: 'pending' })
    const found = listed.find(({ arguments: args }) => args['dealId'] === dealId)
    if (found !== undefined) return { answered, id: found.id }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const approve = (id: string) =>
  host.world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'op_1' })

it('runs an approved call whose token ended while it waited', async () => {
  // Good for 30 s of clock skew, which pass at once: the token has ended already.
  const token = await host.tokenFor({ exp: now() - 5 })
  const { answered, id } = await waiting(`Bearer ${token}`, 'ended')
  await approve(id)
  expect((await answered).json.result).toMatchObject({ content: [{ text: 'deleted ended' }] })
})

it('runs nothing for a token that was revoked while its call waited', async () => {
  const token = await host.tokenFor({ jti: 'token_1' })
  const { answered, id } = await waiting(`Bearer ${token}`, 'revoked')
  revoked.add('token_1')
  await approve(id)
  const { json } = await answered
  expect(JSON.stringify(json)).toContain('UNAUTHENTICATED')
  expect(host.world.executions.some(({ args }) => JSON.stringify(args).includes('revoked'))).toBe(false)
  expect((await host.post(`Bearer ${token}`)).status).toBe(401)
})

it('runs nothing for a member who was deactivated, whatever the token says', async () => {
  const token = await host.tokenFor({ sub: 'sub_omar' })
  expect((await host.post(`Bearer ${token}`)).status).toBe(200)
  host.world.adapters.members.setActive('ws_acme', 'mem_omar', false)
  expect((await host.post(`Bearer ${token}`)).status).toBe(403)
  host.world.adapters.members.setActive('ws_acme', 'mem_omar', true)
})

it('answers 503 when the host cannot say whether a token was revoked', async () => {
  const other = await startOAuthWorld({ isRevoked: () => Promise.reject(new Error('down')) })
  try {
    expect(await other.post(`Bearer ${await other.tokenFor()}`)).toMatchObject({
      status: 503,
      challenge: null,
    })
  } finally {
    await other.close()
  }
})

it('ends a listen stream with its token', async () => {
  const token = await host.tokenFor({ exp: now() + 2 })
  const response = await fetch(host.endpoint(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'listen',
      method: 'subscriptions/listen',
      params: {
        notifications: { toolsListChanged: true },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  })
  const text = await response.text()
  expect([response.status, text.includes('"resultType":"complete"')]).toEqual([200, true])
  expect(host.world.adapters.audit.events.findLast(({ type }) => type === 'stream.closed')).toMatchObject({
    outcome: 'token ended',
  })
})

it('serves an agent until its token ends', async () => {
  const agents = createAllvAgentApi(host.world.options)
  const agent = await agents.withAccessToken({
    workspaceId: 'ws_acme',
    accessToken: await host.tokenFor({ jti: 'token_2' }),
  })
  expect(agent.member.id).toBe('mem_maria')
  expect((await agent.callTool('deals.add', { a: 2, b: 2 })).status).toBe('completed')
  revoked.add('token_2')
  await expect(agent.listTools()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  for (const accessToken of ['', 'x', await host.tokenFor({}, 'ws_globex')])
    await expect(agents.withAccessToken({ workspaceId: 'ws_acme', accessToken })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  await agents.close()
})

it('hands no token to any adapter, tool, record or report', async () => {
  const token = await host.tokenFor({ jti: 'token_3' })
  const [, , signature = ''] = token.split('.')
  await host.post(`Bearer ${token}`, {
    method: 'tools/call',
    params: { name: 'deals_add', arguments: { a: 5, b: 5 } },
  })
  await host.post(`Bearer ${token}x`)
  const { audit, runs } = host.world.adapters
  const kept = JSON.stringify([
    audit.events,
    (await runs.list({ workspaceId: 'ws_acme', limit: 100, cursor: null })).runs,
    host.world.executions,
    host.world.failures.map(({ error }) => [String(error), String((error as Error).cause)]),
  ])
  expect(kept).toContain('mem_maria')
  expect(kept).not.toContain(signature)
})
