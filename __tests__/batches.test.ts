import { post, rpc } from './support/http.js'
import { scenes } from './support/scene.js'

/** Batches of 2025-03-26: at most fifty, never empty, each id once, and initialize alone. MCP 2025-03-26, basic/lifecycle. */

const start = scenes()
const ping = (id: number | string) => rpc('ping', undefined, id)
const many = (count: number) => Array.from({ length: count }, (_, i) => ping(i))
const initialize = rpc('initialize', {
  protocolVersion: '2025-03-26',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
})

async function send(body: unknown, version = '2025-03-26') {
  const { running } = await start({ rateLimit: false })
  return post(running, { headers: { 'mcp-protocol-version': version }, body })
}

it.each([1, 2, 50])('answers each of %i requests', async (count) => {
  const { status, text } = await send(many(count))
  expect(status).toBe(200)
  expect(JSON.parse(text).map(({ id }: { id: number }) => id)).toEqual(many(count).map((_, i) => i))
})

it.each<[string, unknown]>([
  ['fifty-one', many(51)],
  ['a thousand', many(1000)],
  ['none', []],
  ['two of one id', [ping(1), ping(1)]],
  ['two of one id among others', [ping(1), ping(2), ping('1'), ping(1)]],
  ['an initialize', [initialize]],
  ['an initialize among others', [ping(1), initialize]],
  ['something that is no message', [ping(1), 5]],
  ['a batch in a batch', [[ping(1)]]],
])('refuses a batch of %s whole', async (_, body) => {
  const { status, json } = await send(body)
  expect([status, json.error?.code]).toEqual([400, -32600])
})

it.each(['2025-06-18', '2025-11-25'])('refuses a batch in %s', async (version) => {
  const { status, json } = await send(many(2), version)
  expect([status, json.error?.code]).toEqual([400, -32600])
})
