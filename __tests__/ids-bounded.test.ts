import { modern, post, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'

/** What is repeated in every answer is short. */

const start = scenes()
const LONG = [
  ['1,025 letters', 'x'.repeat(1025)],
  ['3 MB', 'x'.repeat(3_000_000)],
  ['513 letters of two bytes', 'é'.repeat(513)],
  ['257 letters of four bytes', '😀'.repeat(257)],
] as const
const SHORT = ['x'.repeat(1024), 'é'.repeat(512), '😀'.repeat(256), '', 7, 0] as const
const ADD = { name: 'deals.add', arguments: { a: 1, b: 2 } }

it.each(['crm:', 'allv://workspaces/ws_acme/memory/', 'https://x.test/'])(
  'an unknown address of 3 MB is not repeated in the answer: %s',
  async (prefix) => {
    const { running } = await start({
      adapt: () => ({
        resources: { list: async () => [], read: async () => null },
      }),
    })
    const uri = prefix + 'x'.repeat(3_000_000)
    const { json, text } = await post(running, { body: rpc('resources/read', { uri }) })
    const code = prefix.startsWith('allv:') ? 'MEMORY_NOT_FOUND' : 'RESOURCE_NOT_FOUND'
    expect([json.error?.data['code'], text.length < 500]).toEqual([code, true])
  },
)

describe.each(LONG)('of %s', (_, long) => {
  it('an id is refused in both eras, is not repeated, and nothing runs', async () => {
    const { world, running } = await start()
    const { headers = {}, body = {} } = modern('tools/call', ADD)
    const { headers: listening = {}, body: filter = {} } = modern('subscriptions/listen', {
      notifications: { toolsListChanged: true },
    })
    for (const ask of [
      { body: rpc('tools/call', ADD, long) },
      { body: [rpc('ping', {}, 1), rpc('tools/call', ADD, long)] },
      { headers, body: { ...(body as object), id: long } },
      { headers: listening, body: { ...(filter as object), id: long } },
    ]) {
      const { status, text, json } = await post(running, ask)
      expect([status, json.error?.code, json.error?.data['code']]).toEqual([400, -32600, 'ID_TOO_LONG'])
      expect(text.length).toBeLessThan(500)
    }
    expect(world.executions).toEqual([])
  })

  it('a progress token is refused in both eras, and nothing runs', async () => {
    const { world, running } = await start()
    for (const ask of [
      { body: toolCall('deals.add', { a: 1, b: 2 }, { _meta: { progressToken: long } }) },
      modern('tools/call', { ...ADD, _meta: { progressToken: long } }),
    ]) {
      const { status, json } = await post(running, ask)
      expect([status, json.error?.code, json.error?.data['code']]).toEqual([
        400,
        -32602,
        'PROGRESS_TOKEN_TOO_LONG',
      ])
    }
    expect(world.executions).toEqual([])
  })

  it('the id of a cancelled request is not passed on', async () => {
    const published: unknown[] = []
    const { running } = await start({
      adapt: () => ({
        events: { publish: async (event) => void published.push(event), subscribe: () => () => {} },
      }),
    })
    const body = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: long } }
    expect((await post(running, { body })).status).toBe(202)
    expect(published).toEqual([])
  })
})

it('are accepted up to 1,024 bytes', async () => {
  const { running } = await start()
  for (const id of SHORT) {
    const answer = await post(running, {
      body: { jsonrpc: '2.0', id, method: 'tools/call', params: { ...ADD, _meta: { progressToken: id } } },
    })
    expect(answer.json).toMatchObject({ id, result: { structuredContent: { sum: 3 } } })
  }
})

it('an answer without a request of ours is ignored', async () => {
  const published: unknown[] = []
  const { running } = await start({
    adapt: () => ({
      events: { publish: async (event) => void published.push(event), subscribe: () => () => {} },
    }),
  })
  for (const id of [1, 'x', 'ask_1', `ask_${'x'.repeat(3000)}`])
    expect((await post(running, { body: { jsonrpc: '2.0', id, result: {} } })).status).toBe(202)
  expect(published).toEqual([])
})
