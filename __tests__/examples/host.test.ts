import { createAllvAgentApi } from 'allv-mcp'
import { createSalesHost, keys, operator } from '../support/sales-host.js'
import { until } from '../support/scene.js'

const { adapters, pool, agent, call } = await createSalesHost()
afterAll(() => pool.close())

const pendingId = async (dealId: string, caller: Parameters<typeof call>[2] = {}) => {
  await call('deals_delete', { dealId }, caller)
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
  expect((await agent().get('/contacts')).text).toContain('Hank Summers')
  expect((await agent().get('/api/contacts?workspace=ws_acme')).body.contacts).toHaveLength(3)
  expect((await agent().get('/api/notes?workspace=ws_globex')).body.notes).toHaveLength(1)
  for (const query of ['', '?workspace=ws_none', '?workspace=ws_acme&workspace=ws_globex'])
    expect((await agent().get(`/api/deals${query}`)).status).toBe(400)
  expect((await agent().get('/style.css')).type).toBe('text/css')
})

it('offers its tools in the workspace of the member only', async () => {
  const { result } = await call('deals_create', { title: 'Anvil', amount: 10 })
  expect(result.structuredContent.deal).toMatchObject({ id: expect.stringMatching(/^deal_/), title: 'Anvil' })
  expect((await call('deals_search', { query: 'anvil' })).result.structuredContent.deals).toHaveLength(1)
  const globex = { key: keys.ws_globex, email: 'lin@globex.test', workspace: 'ws_globex' }
  expect((await call('deals_search', { query: 'anvil' }, globex)).result.structuredContent.deals).toEqual([])
  expect((await call('contacts_lookup', { query: 'wile' })).result.structuredContent.contacts).toHaveLength(1)
})

it('deletes nothing of another workspace, even after an approval', async () => {
  const globex = { key: keys.ws_globex, email: 'lin@globex.test', workspace: 'ws_globex' }
  const id = await pendingId('deal_acme_3', globex)
  await agent().post(`/approvals/${id}`).set(operator).send({ decision: 'approve' })
  const { result } = await call('deals_delete', { dealId: 'deal_acme_3' }, globex)
  expect([result.isError, result.content[0].text]).toEqual([
    true,
    'there is no deal deal_acme_3 in this workspace',
  ])
  expect((await call('deals_search', { query: 'portable' })).result.structuredContent.deals).toHaveLength(1)
})

describe('the report', () => {
  it('quotes titles as CSV does', async () => {
    await call('deals_create', { title: 'A "big", round one', amount: 1 })
    const { result } = await call('reports_export', { seconds: 0 })
    expect(result.content[0].text).toMatch(/^id,title,amount,stage\ndeal_acme_1,"Rocket skates",1000,won\n/)
    expect(result.content[0].text).toContain(',"A ""big"", round one",1,open')
  })

  it('reports progress every quarter of a second, and stops when it is cancelled', async () => {
    // The library answers a cancelled call whatever the tool does, so the tool itself is watched.
    let ended = false
    const tools: typeof adapters.tools = {
      ...adapters.tools,
      call: (context, toolCall) => adapters.tools.call(context, toolCall).finally(() => (ended = true)),
    }
    const maria = await createAllvAgentApi({ adapters: { ...adapters, tools } }).asMember({
      workspaceId: 'ws_acme',
      memberId: 'mem_maria',
      via: 'test',
    })
    const abort = new AbortController()
    const steps: number[] = []
    const outcome = await maria.callTool(
      'reports.export',
      { seconds: 30 },
      {
        signal: abort.signal,
        onProgress({ progress, total }) {
          expect(total).toBe(120)
          if (steps.push(progress) === 3) abort.abort()
        },
      },
    )
    // It would go on for thirty seconds, and tell of each quarter of one.
    await until(() => ended)
    expect([outcome.status, steps]).toEqual(['cancelled', [1, 2, 3]])
  })
})

it('has annotations and a description for each of its tools', async () => {
  const ada = await createAllvAgentApi({ adapters }).asMember({
    workspaceId: 'ws_acme',
    memberId: 'mem_ada',
    via: 'test',
  })
  const tools = (await ada.listTools()).filter(({ name }) => !name.startsWith('agent.'))
  expect(tools.map(({ name }) => name)).toEqual([
    'deals.search',
    'deals.create',
    'deals.delete',
    'deals.forecast',
    'contacts.lookup',
    'reports.export',
  ])
  for (const { description, annotations } of tools) {
    expect(description.length).toBeGreaterThan(30)
    expect(Object.keys(annotations ?? {}).sort()).toEqual([
      'destructiveHint',
      'idempotentHint',
      'openWorldHint',
      'readOnlyHint',
    ])
  }
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
  it('admits no visitor without a password', async () => {
    for (const headers of [
      {} as Record<string, string>,
      { authorization: 'Basic' },
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

  it('presses Deny, not Approve, for the Enter key', async () => {
    await pendingId('deal_acme_4')
    const { text } = await agent().get('/approvals').set(operator).set('accept', 'text/html')
    expect(text).toMatch(/<form [^>]*>(?:(?!<button)[\s\S])*<button [^>]*value="deny">/)
  })

  it('shows each request, escaped', async () => {
    await call('deals_delete', { dealId: '<script>alert(1)</script>' })
    const { text, headers } = await agent().get('/approvals').set(operator).set('accept', 'text/html')
    expect(text).toContain('maria@acme.test')
    expect(text).toContain('Acme demo key')
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).not.toContain('<script>')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('lists requests with their expiry for scripts', async () => {
    const id = await pendingId('deal_acme_4')
    const { body, headers } = await agent().get('/approvals').set(operator).set('accept', 'application/json')
    expect(headers['cache-control']).toBe('no-store')
    expect(body.approvals.find((approval: { id: string }) => approval.id === id)).toEqual({
      id,
      workspaceId: 'ws_acme',
      state: 'pending',
      tool: 'deals.delete',
      arguments: { dealId: 'deal_acme_4' },
      summary: 'Deletes the deal "Bird seed, one ton" (16000 euros, lost) and its notes for good.',
      approver: 'operator',
      member: { id: 'mem_maria', email: 'maria@acme.test' },
      key: { id: expect.stringMatching(/^key_ws_acme_[0-9a-f]{8}$/), name: 'Acme demo key' },
      client: null,
      face: 'mcp',
      requestedAt: expect.stringMatching(/^\d{4}-/),
      expiresAt: expect.stringMatching(/^\d{4}-/),
      decidedBy: null,
      channel: null,
      reason: null,
    })
  })

  it('accepts decisions of scripts in JSON, once', async () => {
    const id = await pendingId('deal_acme_1')
    const decide = (body: object, target = id) =>
      agent().post(`/approvals/${target}`).set(operator).send(body)
    for (const bad of [{}, { decision: 'maybe' }, { decision: 'approve', reason: 7 }])
      expect((await decide(bad)).status).toBe(400)
    for (const unreadable of ['{bad', '"approve"']) {
      const { status, type, text } = await agent()
        .post(`/approvals/${id}`)
        .set(operator)
        .type('json')
        .send(unreadable)
      expect([status, type, text.includes('node_modules')]).toEqual([400, 'application/json', false])
    }
    expect((await decide({ decision: 'approve' }, 'apr_none')).status).toBe(404)
    const decided = await decide({ decision: 'approve', reason: 'fine' })
    expect([decided.status, decided.body.approval]).toEqual([
      200,
      expect.objectContaining({
        id,
        state: 'approved',
        decidedBy: 'operator',
        channel: 'script',
        reason: 'fine',
      }),
    ])
    expect((await decide({ decision: 'deny' })).status).toBe(409)
    expect((await call('deals_delete', { dealId: 'deal_acme_1' })).result.structuredContent.deleted.id).toBe(
      'deal_acme_1',
    )
  })

  it('accepts decisions of people by form, and none that another site makes their browser send', async () => {
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
    expect([response.status, response.headers['location']]).toEqual([303, `/approvals/${id}`])
    expect((await call('deals_delete', { dealId: 'deal_acme_2' })).result.content[0].text).toContain(
      'not now',
    )
    expect(await adapters.approvals.get({ id })).toMatchObject({
      state: 'denied',
      decidedBy: 'operator',
      channel: 'page',
    })
  })
})
