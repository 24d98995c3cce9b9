import { type Ask, modern, post, rpc, toolCall } from '../support/http.js'
import { scenes } from '../support/scene.js'
import { TASKS_AND_FORM } from '../support/tasks.js'

/** T2, T24 and T25 of the security checklist: no request without a key, no downgrade, and no authorization server. */

const start = scenes()
const TASK = { taskId: `run_${'x'.repeat(22)}`, inputResponses: {} }
const METHODS: readonly (readonly [string, Record<string, unknown>])[] = [
  [
    'initialize',
    { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
  ],
  ['ping', {}],
  ['server/discover', {}],
  ['tools/list', {}],
  ['tools/call', { name: 'deals.add', arguments: { a: 1, b: 2 } }],
  ['resources/list', {}],
  ['resources/templates/list', {}],
  ['resources/read', { uri: 'allv://workspaces/ws_acme/memory/tone' }],
  ['prompts/list', {}],
  ['prompts/get', { name: 'a' }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'a' }, argument: { name: 'a', value: '' } }],
  ['subscriptions/listen', { notifications: { toolsListChanged: true } }],
  ['tasks/get', TASK],
  ['tasks/update', TASK],
  ['tasks/cancel', TASK],
  ['tools/none', {}],
]
const eras: readonly (readonly [string, (method: string, params: Record<string, unknown>) => Ask])[] = [
  ['2025', (method, params) => ({ body: rpc(method, params) })],
  ['2025 in a batch', (method, params) => ({ body: [rpc(method, params)] })],
  ['2026', (method, params) => modern(method, params, TASKS_AND_FORM)],
  ['a notification', (method, params) => ({ body: { jsonrpc: '2.0', method, params } })],
]

it.each(eras)('refuses every method without a key: %s', async (_, ask) => {
  const { world, running } = await start()
  for (const [method, params] of METHODS) {
    for (const headers of [
      {},
      { authorization: 'Bearer' },
      { 'mcp-session-id': 'x' },
      { cookie: 'key=sk_test_acme' },
    ]) {
      const request = ask(method, params)
      const answer = await post(running, {
        ...request,
        key: null,
        headers: { ...request.headers, ...headers },
      })
      expect([method, answer.status]).toEqual([method, 401])
      // No `resource_metadata`, no cookie, no redirect: there is no authorization server behind it.
      expect(answer.headers.get('www-authenticate')).toMatch(
        /^Bearer realm="allv"(, error="invalid_token")?$/,
      )
      expect([answer.headers.get('set-cookie'), answer.headers.get('location')]).toEqual([null, null])
    }
  }
  expect(world.executions).toEqual([])
})

it('serves no address of an authorization server', async () => {
  const { running } = await start()
  for (const path of [
    'authorize',
    'token',
    'register',
    '.well-known/oauth-authorization-server',
    '.well-known/oauth-protected-resource',
  ]) {
    const answer = await fetch(`${running.origin}/api/${path}`)
    expect([path, answer.status]).toEqual([path, 404])
  }
})

it('serves no message of 2026 by the rules of 2025, whatever its headers leave out', async () => {
  const { world, running } = await start()
  const whole = modern('tools/call', { name: 'deals.add', arguments: { a: 1, b: 2 } })
  for (const left of ['mcp-protocol-version', 'mcp-method', 'mcp-name']) {
    const { [left]: _, ...headers } = { ...whole.headers }
    const answer = await post(running, { ...whole, headers })
    expect([left, answer.status, answer.json.error?.data['code']]).toEqual([left, 400, 'HEADER_MISMATCH'])
  }
  for (const version of ['2025-11-25', '2024-11-05', '2025-03-26']) {
    const headers = { ...whole.headers, 'mcp-protocol-version': version }
    expect((await post(running, { ...whole, headers })).json.error?.data['code']).toBe('HEADER_MISMATCH')
  }
  expect(world.executions).toEqual([])
  // What only older eras have is not in an answer of this one.
  const opened = await post(running, modern('tools/list'))
  expect(opened.headers.get('mcp-session-id')).toBeNull()
  const pending = await post(
    running,
    modern('tools/call', { name: 'deals.delete', arguments: { dealId: 'd' } }, { elicitation: { url: {} } }),
  )
  expect(pending.json.error?.code).not.toBe(-32042)
})

it('takes no key from the query, a cookie or the body', async () => {
  const { world, running } = await start()
  const body = JSON.stringify(toolCall('deals.add', { a: 1, b: 2, apiKey: 'sk_test_acme' }))
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  for (const query of ['?api_key=sk_test_acme', '?x-api-key=sk_test_acme', '?access_token=sk_test_acme']) {
    const answer = await fetch(`${running.endpoint()}${query}`, { method: 'POST', headers, body })
    expect(answer.status).toBe(401)
  }
  expect(world.executions).toEqual([])
})
