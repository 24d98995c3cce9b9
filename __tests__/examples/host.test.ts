import request from 'supertest'
import { createHostApp } from '../../examples/host/app.js'
import { claudeCommand, curlCommand, cursorConfig } from '../../examples/host/client-config.js'

const keys = { ws_acme: 'sk_test_demo_acme', ws_globex: 'sk_test_demo_globex' }
const { app, adapters } = createHostApp({
  keys,
  operatorPassword: 'letmein',
  secret: 'a secret for this test of the example',
  approvalHoldMs: 20,
})
const agent = () => request(app)

const call = async (
  name: string,
  args: object = {},
  { key = keys.ws_acme, email = 'maria@acme.test', workspace = 'ws_acme' } = {},
) => {
  const response = await agent()
    .post(`/api/workspaces/${workspace}/mcp`)
    .set({ 'x-api-key': key, 'x-allv-user-email': email })
    .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })
  return response.body
}
const operator = { authorization: `Basic ${Buffer.from('operator:letmein').toString('base64')}` }
const pendingId = async (dealId: string) => {
  await call('deals_delete', { dealId })
  const { body } = await agent().get('/approvals').set(operator).set('accept', 'application/json')
  return body.approvals.find(
    ({ state, arguments: args }: { state: string; arguments: { dealId: string } }) =>
      state === 'pending' && args.dealId === dealId,
  ).id
}

it('keeps its own pages and API beside MCP', async () => {
  expect((await agent().get('/healthz')).body).toEqual({ status: 'ok' })
  expect((await agent().get('/')).text).toContain('ws_globex')
  expect((await agent().get('/deals')).text).toContain('Rocket skates')
  expect((await agent().get('/api/deals?workspace=ws_acme')).body.deals).toHaveLength(4)
  expect((await agent().get('/api/deals')).status).toBe(400)
  expect((await agent().get('/style.css')).type).toBe('text/css')
})

it('offers its tools in the member own workspace only', async () => {
  const { result } = await call('deals_create', { title: 'Anvil', amount: 10 })
  expect(result.structuredContent.deal).toMatchObject({ id: expect.stringMatching(/^deal_/), title: 'Anvil' })
  expect((await call('deals_search', { query: 'anvil' })).result.structuredContent.deals).toHaveLength(1)
  const globex = { key: keys.ws_globex, email: 'lin@globex.test', workspace: 'ws_globex' }
  expect((await call('deals_search', { query: 'anvil' }, globex)).result.structuredContent.deals).toEqual([])
  expect((await call('contacts_lookup', { query: 'wile' })).result.structuredContent.contacts).toHaveLength(1)
  expect((await call('reports_export', { seconds: 0.3 })).result.content[0].text).toContain(
    'id,title,amount,stage',
  )
})

it('shows the forecast to administrators only', async () => {
  expect((await call('deals_forecast')).error.data.code).toBe('TOOL_NOT_FOUND')
  expect(
    (await call('deals_forecast', {}, { email: 'ada@acme.test' })).result.structuredContent.open,
  ).toBeGreaterThan(0)
  expect((await call('deals_search', {}, { email: 'ivan@acme.test' })).error.data.code).toBe(
    'MEMBER_NOT_ALLOWED',
  )
})

describe('the approvals page', () => {
  it('lets only the operator in', async () => {
    for (const headers of [
      {} as Record<string, string>,
      { authorization: 'Basic x' },
      { authorization: `Basic ${Buffer.from('operator:wrong').toString('base64')}` },
      { authorization: 'Bearer letmein' },
    ]) {
      const response = await agent().get('/approvals').set(headers)
      expect([response.status, response.headers['www-authenticate']]).toEqual([
        401,
        'Basic realm="approvals"',
      ])
    }
    expect((await agent().post('/approvals/x').send({ decision: 'approve' })).status).toBe(401)
  })

  it('shows who asks for what, escaped', async () => {
    await call('deals_delete', { dealId: '<script>alert(1)</script>' })
    const { text, headers } = await agent().get('/approvals').set(operator).set('accept', 'text/html')
    expect(text).toContain('maria@acme.test')
    expect(text).toContain('Acme demo key')
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).not.toContain('<script>')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('takes decisions of scripts in JSON, once', async () => {
    const id = await pendingId('deal_acme_1')
    const decide = (body: object, target = id) =>
      agent().post(`/approvals/${target}`).set(operator).send(body)
    expect((await decide({ decision: 'maybe' })).status).toBe(400)
    expect((await decide({ decision: 'approve' }, 'apr_none')).status).toBe(404)
    const decided = await decide({ decision: 'approve', reason: 'fine' })
    expect([decided.status, decided.body.approval]).toEqual([
      200,
      expect.objectContaining({ id, state: 'approved', decidedBy: 'operator', reason: 'fine' }),
    ])
    expect((await decide({ decision: 'deny' })).status).toBe(409)
    expect((await call('deals_delete', { dealId: 'deal_acme_1' })).result.structuredContent.deleted.id).toBe(
      'deal_acme_1',
    )
  })

  it('takes decisions of people by form, and none that another site makes their browser send', async () => {
    const id = await pendingId('deal_acme_2')
    const form = (headers: Record<string, string>) =>
      agent()
        .post(`/approvals/${id}`)
        .set(operator)
        .set(headers)
        .type('form')
        .send({ decision: 'deny', reason: 'not now' })
    for (const headers of [
      {} as Record<string, string>,
      { origin: 'https://evil.test' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect((await form(headers)).status).toBe(403)
    }
    const response = await form({ 'sec-fetch-site': 'same-origin' })
    expect([response.status, response.headers['location']]).toEqual([303, '/approvals'])
    expect((await call('deals_delete', { dealId: 'deal_acme_2' })).result.content[0].text).toContain(
      'not now',
    )
    expect(adapters.approvals.list().find((approval) => approval.id === id)?.state).toBe('denied')
  })
})

it('prints configurations that clients can read', () => {
  const connection = {
    endpoint: 'http://127.0.0.1:3000/api/workspaces/ws_acme/mcp',
    apiKey: 'sk_x',
    memberEmail: 'maria@acme.test',
  }
  expect(JSON.parse(cursorConfig(connection)).mcpServers.sales).toEqual({
    url: connection.endpoint,
    headers: { Authorization: 'Bearer sk_x', 'x-allv-user-email': 'maria@acme.test' },
  })
  expect(claudeCommand(connection)).toMatch(
    /^claude mcp add --transport http sales http:\S+ --header "Authorization: Bearer sk_x" --header "x-allv-user-email: maria@acme.test"$/,
  )
  expect(curlCommand(connection)).toContain('"method":"tools/list"')
})
