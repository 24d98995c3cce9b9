import request from 'supertest'
import { createAssistantApp } from '../../examples/agent-api/app.js'
import { createWorld, KEYS } from '../support/world.js'

const TOKEN = 'the session of the assistant of acme'

function createAssistant() {
  const world = createWorld()
  const { app } = createAssistantApp({
    ...world.options,
    workspaceOf: (token) => (token === TOKEN ? 'ws_acme' : null),
  })
  const act = (body: object, authorization = `Bearer ${TOKEN}`) =>
    request(app)
      .post('/assistant/actions')
      .set({ authorization })
      .send({ as: 'mem_maria', ...body })
  return { ...world, app, act }
}

it('answers in the words of the product', async () => {
  const { act } = createAssistant()
  const done = await act({ action: 'deals.add', input: { a: 1, b: 2 } })
  expect([done.status, done.body]).toEqual([200, { done: true, answer: { sum: 3 }, again: false }])
  const failed = await act({ action: 'fails' })
  expect([failed.status, failed.body]).toMatchObject([422, { done: false, code: 'TOOL_FAILED' }])
})

it('acts once for one request id', async () => {
  const { act } = createAssistant()
  const again = async () =>
    (await act({ action: 'deals.add', input: { a: 1, b: 2 }, requestId: 'r1' })).body.again
  expect([await again(), await again()]).toEqual([false, true])
})

it('names the approver, and runs once after the decision', async () => {
  const { act, adapters, executions } = createAssistant()
  const deletion = { action: 'deals.delete', input: { dealId: 'd' } }
  const waiting = await act(deletion)
  expect([waiting.status, waiting.body]).toEqual([
    202,
    {
      done: false,
      waitingFor: 'operator',
      approval: expect.stringMatching(/^apr_/),
      until: expect.any(String),
    },
  ])
  expect(executions).toHaveLength(0)
  await adapters.approvals.decide({ id: waiting.body.approval, decision: 'approve', decidedBy: 'operator' })
  expect((await act(deletion)).body).toMatchObject({ done: true, again: false })
  expect((await act(deletion)).body).toMatchObject({ done: true, again: true })
  expect(executions).toHaveLength(1)
})

it('admits only the product, and only as a member of its own workspace', async () => {
  const { act, executions } = createAssistant()
  const add = { action: 'deals.add', input: { a: 1, b: 2 } }
  for (const authorization of ['', 'Bearer ', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${KEYS.acme}`])
    expect((await act(add, authorization)).status).toBe(401)
  for (const as of ['mem_lin', 'mem_ivan', 'mem_none']) {
    const refused = await act({ ...add, as })
    expect([refused.status, refused.body.code]).toEqual([400, 'MEMBER_NOT_ALLOWED'])
  }
  expect(executions).toHaveLength(0)
})

it('refuses invalid and unknown requests', async () => {
  const { act, app } = createAssistant()
  const none = await act({ action: 'none' })
  expect([none.status, none.body.code]).toEqual([404, 'TOOL_NOT_FOUND'])
  expect((await act({})).status).toBe(400)
  const { status, text } = await request(app)
    .post('/assistant/actions')
    .set({ authorization: `Bearer ${TOKEN}` })
    .type('json')
    .send('{bad')
  expect([status, text]).toEqual([400, '{"error":"this request cannot be read"}'])
})

it('shares its control plane with MCP, and is audited under its own name', async () => {
  const { act, app, adapters } = createAssistant()
  await act({ action: 'deals.add', input: { a: 1, b: 2 } })
  expect(new Set(adapters.audit.events.map(({ credentialId }) => credentialId))).toEqual(
    new Set(['assistant']),
  )
  const mcp = await request(app)
    .post('/api/workspaces/ws_acme/mcp')
    .set({ 'x-api-key': KEYS.acme, 'x-allv-user-id': 'mem_maria' })
    .send({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'deals_add', arguments: { a: 1, b: 2 } },
    })
  expect(mcp.body.result.structuredContent).toEqual({ sum: 3 })
  expect(adapters.audit.events.map(({ credentialId }) => credentialId)).toContain('key_acme')
})
