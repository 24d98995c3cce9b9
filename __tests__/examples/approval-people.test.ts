import { basic, createSalesHost, keys, member, operator } from '../support/sales-host.js'

/** Which approvals the operator and members see, and which they can decide. */

const { adapters, pool, agent, call, ask } = await createSalesHost()
afterAll(() => pool.close())

const maria = member('maria@acme.test')
const omar = member('omar@acme.test')
const lin = member('lin@globex.test')
const get = (path: string, who: Record<string, string>, accept = 'text/html') =>
  agent().get(path).set(who).set('accept', accept)
const decide = (id: string, who: Record<string, string>, decision = 'approve') =>
  agent().post(`/approvals/${id}`).set(who).send({ decision })
const press = (id: string, who: Record<string, string>, headers: Record<string, string>) =>
  agent().post(`/approvals/${id}`).set(who).set(headers).type('form').send({ decision: 'approve' })
const idsFor = async (who: Record<string, string>): Promise<string[]> =>
  (await get('/approvals', who, 'application/json')).body.approvals.map(({ id }: { id: string }) => id)
const stateOf = async (id: string) => (await adapters.approvals.get({ id }))?.state

const deletion = await ask('deals_delete', { dealId: 'deal_acme_2' })
const holidays = { key: 'company/holidays', text: 'Open all year.' }
const memory = await ask('agent_update_memory', holidays)

it('admits the operator and active members with their own passwords, and no other visitor', async () => {
  for (const who of [operator, maria, member('Maria@ACME.test'), lin])
    expect((await get('/approvals', who)).status).toBe(200)
  for (const who of [
    basic('operator', 'itsme'),
    basic('maria@acme.test', 'letmein'),
    basic('maria@acme.test', ''),
    member('ivan@acme.test'),
    member('nobody@acme.test'),
    member('mem_maria'),
    member(''),
    member('a\0'),
    { authorization: `Basic ${Buffer.from('operator').toString('base64')}` },
  ]) {
    for (const path of ['/approvals', `/approvals/${memory}`]) {
      const { status, headers } = await get(path, who)
      expect([status, headers['www-authenticate'], headers['cache-control']]).toEqual([
        401,
        'Basic realm="approvals"',
        'no-store',
      ])
    }
  }
})

it('shows members their own approvals only, and the operator all', async () => {
  const ofOmar = await ask('deals_delete', { dealId: 'deal_acme_2' }, { email: 'omar@acme.test' })
  const ofLin = await ask(
    'deals_delete',
    { dealId: 'deal_globex_1' },
    { key: keys.ws_globex, email: 'lin@globex.test', workspace: 'ws_globex' },
  )
  expect(await idsFor(maria)).toEqual([memory, deletion])
  expect(await idsFor(omar)).toEqual([ofOmar])
  expect(await idsFor(lin)).toEqual([ofLin])
  expect(await idsFor(operator)).toEqual([ofLin, ofOmar, memory, deletion])
})

it('answers the link of another member like a link that does not exist', async () => {
  const other = [omar, lin, member('ada@acme.test')]
  for (const who of other) {
    for (const accept of ['text/html', 'application/json']) {
      const [foreign, unknown] = [
        await get(`/approvals/${memory}`, who, accept),
        await get('/approvals/apr_none', who, accept),
      ]
      expect([foreign.status, foreign.text]).toEqual([404, unknown.text])
      expect(Object.keys(foreign.headers)).toEqual(Object.keys(unknown.headers))
    }
    const [foreign, unknown] = [await decide(memory, who), await decide('apr_none', who)]
    expect([foreign.status, foreign.body]).toEqual([404, { status: 'not_found', approval: null }])
    expect(foreign.text).toBe(unknown.text)
    const pressed = await press(memory, who, { 'sec-fetch-site': 'same-origin' })
    expect([pressed.status, pressed.text.includes('company/')]).toEqual([404, false])
  }
  expect((await get('/approvals/a%00', operator)).status).toBe(404)
  expect(await stateOf(memory)).toBe('pending')
})

it('lets no member decide their own operator approval', async () => {
  const { text } = await get(`/approvals/${deletion}`, maria)
  expect(text).toContain('An operator decides this: somebody other than you.')
  expect(text).not.toContain('<form')
  const refused = await decide(deletion, maria)
  expect([refused.status, refused.body.status]).toEqual([403, 'own_request'])
  expect((await press(deletion, maria, { 'sec-fetch-site': 'same-origin' })).status).toBe(403)
  expect(await stateOf(deletion)).toBe('pending')
})

it('shows the operator what a member must confirm, but does not let them decide it', async () => {
  const { text } = await get(`/approvals/${memory}`, operator)
  expect(text).toContain('The member who asks confirms this, here or in the AI client.')
  expect(text).not.toContain('<form')
  const refused = await decide(memory, operator)
  expect([refused.status, refused.body.status]).toEqual([403, 'not_for_you'])
  expect(await stateOf(memory)).toBe('pending')
})

it('accepts a decision of a member from its own page only, not from another site', async () => {
  for (const headers of [{}, { origin: 'https://evil.test' }, { 'sec-fetch-site': 'cross-site' }])
    expect((await press(memory, maria, headers)).status).toBe(403)
  expect(await stateOf(memory)).toBe('pending')
})

it('lets a member confirm their own request on its page once, and records it', async () => {
  expect((await get(`/approvals/${memory}`, maria)).text).toContain('Waiting for your decision')
  const pressed = await press(memory, maria, { 'sec-fetch-site': 'same-origin' })
  expect([pressed.status, pressed.headers['location']]).toEqual([303, `/approvals/${memory}`])
  const { body } = await get(`/approvals/${memory}`, maria, 'application/json')
  expect(body.approval).toMatchObject({
    state: 'approved',
    approver: 'member',
    decidedBy: 'mem_maria',
    channel: 'page',
  })
  expect((await get(`/approvals/${memory}`, maria)).text).toContain(
    'Approved by maria@acme.test, on the approvals page',
  )
  expect((await decide(memory, maria, 'deny')).status).toBe(409)
  expect((await call('agent_update_memory', holidays)).result.structuredContent.status).toBe('updated')
})

it('records a decision that a script posts with the channel of scripts', async () => {
  const id = await ask('agent_update_memory', { key: 'company/script', text: 'x' })
  const decided = await decide(id, maria, 'deny')
  expect([decided.status, decided.body.approval]).toEqual([
    200,
    expect.objectContaining({ state: 'denied', decidedBy: 'mem_maria', channel: 'script', face: 'mcp' }),
  ])
  const { events } = await adapters.audit.list({ workspaceId: 'ws_acme', limit: 100, cursor: null })
  expect(events.filter(({ approvalId }) => approvalId === id).map(({ type }) => type)).toContain(
    'approval.decided',
  )
})

it('asks for no confirmation of memory outside company/', async () => {
  const { result } = await call('agent_update_memory', { key: 'companyish', text: 'x' })
  expect(result.structuredContent.status).toBe('updated')
})
