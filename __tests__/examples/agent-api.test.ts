import request from 'supertest'
import { createAssistantApp } from '../../examples/agent-api/app.js'
import { createWorld, KEYS } from '../support/world.js'

it("speaks the product's own contract on the control plane that MCP uses", async () => {
  const world = createWorld()
  const app = createAssistantApp(world.options)
  const act = (body: object, member = 'mem_maria') =>
    request(app).post(`/assistant/ws_acme/${member}/actions`).send(body)
  expect((await act({ do: 'deals.add', with: { a: 1, b: 2 } })).body).toEqual({
    done: true,
    answer: { sum: 3 },
    again: false,
  })
  expect((await act({ do: 'deals.add', with: { a: 1, b: 2 }, requestId: 'r1' })).body.again).toBe(false)
  expect((await act({ do: 'deals.add', with: { a: 1, b: 2 }, requestId: 'r1' })).body.again).toBe(true)
  const waiting = await act({ do: 'deals.delete', with: { dealId: 'd' } })
  expect([waiting.status, waiting.body]).toEqual([
    202,
    { done: false, waitingFor: 'operator', until: expect.any(String) },
  ])
  expect((await act({ do: 'fails' })).body).toMatchObject({ done: false, code: 'TOOL_FAILED' })
  const none = await act({ do: 'none' })
  expect([none.status, none.body.code]).toEqual([404, 'TOOL_NOT_FOUND'])
  expect((await act({ do: 'deals.add' }, 'mem_lin')).body.code).toBe('MEMBER_NOT_ALLOWED')
  expect((await act({})).status).toBe(400)
  const mcp = await request(app)
    .post('/api/workspaces/ws_acme/mcp')
    .set({ 'x-api-key': KEYS.acme, 'x-allv-user-id': 'mem_maria' })
    .send({ jsonrpc: '2.0', id: 1, method: 'ping' })
  expect(mcp.body.result).toEqual({})
  expect(new Set(world.adapters.audit.events.map(({ credentialId }) => credentialId))).toEqual(
    new Set(['assistant']),
  )
})
