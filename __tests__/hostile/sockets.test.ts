import { listen, type Running, raw } from '../support/http.js'
import { until } from '../support/scene.js'
import { createWorld, KEYS, type World } from '../support/world.js'

/** Bytes that no HTTP client would send: what frames a body wrongly runs no tool, and hides no second request. */

const CALL =
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"deals.add","arguments":{"a":1,"b":2}}}'

let world: World
let running: Running

beforeEach(async () => {
  world = createWorld({ rateLimit: false })
  running = await listen(world)
})
afterEach(() => running.close())

const head = (...lines: readonly string[]) =>
  [
    'POST /api/workspaces/ws_acme/mcp HTTP/1.1',
    'host: x',
    `x-api-key: ${KEYS.acme}`,
    'x-allv-user-id: mem_maria',
    'content-type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n')
const length = (by = 0) => `content-length: ${CALL.length + by}`
const statuses = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)

it('runs a correctly framed call, in one piece or in chunks', async () => {
  const chunked = `${CALL.length.toString(16)}\r\n${CALL}\r\n0\r\n\r\n`
  expect(statuses(await raw(running, head(length()) + CALL))).toEqual(['200'])
  expect(statuses(await raw(running, head('transfer-encoding: chunked') + chunked))).toEqual(['200'])
  expect(world.executions).toHaveLength(2)
})

it.each([
  ['a length and chunks at once', head(length(), 'transfer-encoding: chunked') + CALL],
  ['two lengths that differ', head(length(), length(-5)) + CALL],
  ['a length that is no number', head('content-length: x1') + CALL],
  ['a chunk size that is no number', `${head('transfer-encoding: chunked')}zz\r\n${CALL}\r\n0\r\n\r\n`],
  ['a length that cuts the body short', head(length(-2)) + CALL],
  ['a header line without a name', head(': x', length()) + CALL],
])('refuses %s, and runs nothing', async (_, bytes) => {
  const answer = await raw(running, bytes)
  expect(statuses(answer).length).toBeGreaterThan(0)
  expect(statuses(answer).filter((status) => status !== '400')).toEqual([])
  expect(answer).not.toMatch(/ at .*\.(ts|js):\d/)
  expect(world.executions).toEqual([])
})

it('does not run a call whose body never ends, and still serves others', async () => {
  const served = raw(running, head(length()) + CALL)
  const waiting = raw(running, head(length(100)) + CALL, { leave: served })
  expect(statuses(await served)).toEqual(['200'])
  expect(statuses(await waiting)).toEqual([])
  expect(world.executions).toHaveLength(1)
})

it('refuses a key after thousands of headers, or ignores these headers', async () => {
  const flood = Array.from({ length: 1500 }, (_, index) => `x-${index}: 1`)
  const answer = await raw(running, head(...flood, length()) + CALL)
  expect(['200', '431']).toContain(statuses(answer)[0])
  expect(statuses(answer)).toHaveLength(1)
})

it('answers each pipelined request by its own headers', async () => {
  const stranger = head(length()).replace(KEYS.acme, 'unknown') + CALL
  const three = head(length()) + CALL + stranger + head(length()) + CALL
  expect(statuses(await raw(running, three, { answers: 3 }))).toEqual(['200', '401', '200'])
  expect(world.executions).toHaveLength(2)
})

it('keeps nothing for a client that disconnected with half of its body unsent, while its key was looked up', async () => {
  let asked = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const slow = createWorld({
    rateLimit: false,
    adapt: ({ apiKeys }) => ({
      apiKeys: {
        async findByDigest(query) {
          asked()
          await held
          return apiKeys.findByDigest(query)
        },
      },
    }),
  })
  const server = await listen(slow)
  await raw(server, head(length()) + CALL.slice(0, 20), { leave: isAsked })
  await until(() => server.left() === 1)
  release()
  // Closing waits for what is running.
  await server.close()
  expect(slow.executions).toEqual([])
})
