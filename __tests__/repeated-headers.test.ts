import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { defineTool } from 'allv-mcp'
import { listen, modern, type Running, rpc, toolCall } from './support/http.js'
import { codeOf, type Line, sendLines } from './support/lines.js'
import { createWorld, KEYS, type World } from './support/world.js'

/** A header with one value that comes several times, as lines or joined by a client or proxy. */

let world: World
let running: Running
beforeAll(async () => {
  const regional = defineTool({
    name: 'regional',
    description: 'Reads a region.',
    input: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
    run: ({ region }: { region?: string }) => `in ${region}`,
  })
  world = createWorld({ rateLimit: false, tools: [regional] })
  running = await listen(world)
})
afterAll(() => running.close())

const LATEST = '2025-11-25'
/** Ways in which one value comes twice. */
const copies = (name: string, value: string): readonly (readonly Line[])[] => [
  [
    [name, value],
    [name, value],
  ],
  [
    [name, value],
    [name.toUpperCase(), ` \t${value}\t`],
    [name, value],
  ],
  [[name, `${value}, ${value}`]],
  [[name, `${value} ,\t${value}, ${value}`]],
  [
    [name, `${value}, ${value}`],
    [name, value],
  ],
  [
    [name, ''],
    [name, value],
  ],
]

describe('MCP-Protocol-Version', () => {
  it.each([LATEST, '2025-06-18', '2025-03-26', '2024-11-05'])(
    'is %s when all copies are equal',
    async (version) => {
      const glued: readonly Line[] = [['mcp-protocol-version', `${version},${version}`]]
      for (const lines of [...copies('mcp-protocol-version', version), glued])
        expect([lines, codeOf(await sendLines(running, { lines }))]).toEqual([lines, [200, null]])
    },
  )

  it.each([
    [[`${LATEST}, 2025-06-18`]],
    [[LATEST, '2025-06-18']],
    [[LATEST, LATEST, '2025-06-18']],
    [[`${LATEST}, ${LATEST}`, '2025-06-18']],
    [['latest, latest']],
    [['2024-01-01, 2024-01-01']],
    [[`${LATEST} ${LATEST}`]],
    [[`${LATEST};${LATEST}`]],
    [[`${LATEST}, x`]],
  ])('is refused when copies differ, or name nothing that is served: %j', async (values) => {
    const lines = values.map((value): Line => ['mcp-protocol-version', value])
    expect(codeOf(await sendLines(running, { lines }))).toEqual([400, 'UNSUPPORTED_PROTOCOL_VERSION'])
  })

  it('accepts an SDK client that sends one too', async () => {
    const client = new Client({ name: 'test', version: '1' })
    const requestInit = {
      headers: { 'x-api-key': KEYS.acme, 'x-allv-user-id': 'mem_maria', 'MCP-Protocol-Version': LATEST },
    }
    await client.connect(new StreamableHTTPClientTransport(new URL(running.endpoint()), { requestInit }))
    expect((await client.listTools()).tools.length).toBeGreaterThan(5)
    await client.close()
  })
})

it('finds the session of an id that comes twice, and none for two ids', async () => {
  const params = { protocolVersion: LATEST, capabilities: {}, clientInfo: { name: 'x', version: '1' } }
  const opened = await sendLines(running, { body: rpc('initialize', params) })
  const id = String(opened.headers['mcp-session-id'])
  for (const lines of copies('mcp-session-id', id))
    expect(codeOf(await sendLines(running, { lines }))).toEqual([200, null])
  for (const other of [id.slice(0, -1), 'stale'])
    expect(codeOf(await sendLines(running, { lines: [['mcp-session-id', `${id}, ${other}`]] }))).toEqual([
      404,
      'SESSION_NOT_FOUND',
    ])
})

describe('headers that mirror the body', () => {
  const send = (method: string, params: Record<string, unknown>, lines: readonly Line[]) => {
    const { headers = {}, body } = modern(method, params)
    const named = new Set(lines.map(([name]) => name.toLowerCase()))
    const rest = Object.entries(headers).filter(([name]) => !named.has(name))
    return sendLines(running, { body, lines: [...rest, ...lines] })
  }
  const add = { name: 'deals.add', arguments: { a: 1, b: 2 } }
  const encoded = `=?base64?${Buffer.from('deals.add').toString('base64')}?=`

  it.each(['mcp-protocol-version', 'mcp-method', 'mcp-name'])(
    'may come twice with the same value: %s',
    async (name) => {
      const value = {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': add.name,
      }[name]
      for (const lines of copies(name, value ?? '').slice(0, 5))
        expect([lines, codeOf(await send('tools/call', add, lines))]).toEqual([lines, [200, null]])
    },
  )

  it.each([
    ['mcp-method', ['tools/call', 'tools/list']],
    ['mcp-method', ['tools/call, tools/list']],
    ['mcp-name', ['deals.add', 'deals.delete']],
    ['mcp-name', ['deals.delete', 'deals.add']],
    ['mcp-name', ['deals.add, deals.delete']],
    ['mcp-name', ['deals.add', encoded]],
    ['mcp-protocol-version', ['2026-07-28', '2025-11-25']],
  ] as const)('are refused when their copies differ: %s %j', async (name, values) => {
    const lines = values.map((value): Line => [name, value])
    expect(codeOf(await send('tools/call', add, lines))).toEqual([400, 'HEADER_MISMATCH'])
  })

  it('may come twice encoded', async () => {
    for (const lines of copies('mcp-name', encoded).slice(0, 5))
      expect(codeOf(await send('tools/call', add, lines))).toEqual([200, null])
  })

  it.each(['crm://a,b', 'crm://a, b', 'crm://a, crm://a', 'a,a', 'a, a, a', ','])(
    'may contain commas: %s',
    async (uri) => {
      for (const lines of [
        [['mcp-name', uri]],
        ...copies('mcp-name', uri).slice(0, 3),
      ] as (readonly Line[])[])
        expect([lines, codeOf(await send('resources/read', { uri }, lines))]).toEqual([
          lines,
          [200, 'RESOURCE_NOT_FOUND'],
        ])
      // Two lines that only together make the name.
      const halves = uri.split(', ')
      if (new Set(halves).size > 1)
        expect(
          codeOf(
            await send(
              'resources/read',
              { uri },
              halves.map((half): Line => ['mcp-name', half]),
            ),
          ),
        ).toEqual([400, 'HEADER_MISMATCH'])
    },
  )

  it('may repeat an argument with the same value, not with another', async () => {
    const call = (region: string, lines: readonly Line[]) =>
      send('tools/call', { name: 'regional', arguments: { region } }, lines)
    for (const region of ['eu', 'eu, us', 'eu, eu', ''])
      for (const lines of [
        [['mcp-param-region', region]],
        [
          ['mcp-param-region', region],
          ['Mcp-Param-Region', region],
        ],
      ] as (readonly Line[])[])
        expect([region, codeOf(await call(region, lines))]).toEqual([region, [200, null]])
    for (const values of [['eu', 'us'], ['us', 'us'], ['us, us'], ['eu, us']])
      expect(
        codeOf(
          await call(
            'eu',
            values.map((value): Line => ['mcp-param-region', value]),
          ),
        ),
      ).toEqual([400, 'HEADER_MISMATCH'])
  })
})

describe('Idempotency-Key', () => {
  const call = async (lines: readonly Line[]) => {
    const before = world.executions.length
    const came = await sendLines(running, { lines, body: toolCall('deals.add', { a: 1, b: 2 }) })
    return { code: codeOf(came), ran: world.executions.length - before }
  }
  const key = (value: string): Line => ['idempotency-key', value]

  it.each(['plain', 'with,comma', 'twice,twice', 'a,', ',b'])(
    'is one key, however often it comes: %s',
    async (value) => {
      expect(await call([key(value)])).toEqual({ code: [200, null], ran: 1 })
      for (const lines of [
        [key(value), key(value)],
        [key(`${value}, ${value}`)],
        [key(`${value},\t${value}, ${value}`)],
        [key(value), key(''), key(`${value} `)],
      ])
        expect([lines, await call(lines)]).toEqual([lines, { code: [200, null], ran: 0 }])
    },
  )

  it('is refused when its copies differ', async () => {
    for (const lines of [[key('k1'), key('k2')], [key('k1, k2')], [key('k1, k1'), key('k2')]])
      expect(await call(lines)).toEqual({ code: [200, 'INVALID_PARAMS'], ran: 0 })
  })
})

describe('Content-Type', () => {
  const type = (value: string): Line => ['content-type', value]
  it.each([
    [['application/json', 'application/json']],
    [['application/json, application/json']],
    [['application/json,application/json']],
    [['application/json', 'application/json; charset=utf-8']],
    [['application/json; charset=utf-8, application/json; charset="UTF-8"']],
    [['application/json;charset=UTF8', 'Application/JSON ; charset=utf-8']],
    [['application/json; profile="a, text/plain"']],
    [['application/json; profile="a, b", application/json']],
    [['', 'application/json']],
    [['application/json,']],
  ])('may come several times, when each is JSON in UTF-8: %j', async (values) => {
    expect(codeOf(await sendLines(running, { lines: values.map(type) }))).toEqual([200, null])
  })
  it.each([
    [['application/json', 'text/plain']],
    [['text/plain', 'application/json']],
    [['application/json, text/plain']],
    [['application/json; charset=utf-8', 'application/json; charset=latin1']],
    [['application/json, application/json; charset=utf-16']],
    [['application/json; charset=utf-8; charset=latin1']],
    [['application/jsonx, application/json']],
    [['application/json application/json']],
    [['']],
    [[',']],
  ])('is refused when one of them is not: %j', async (values) => {
    expect(codeOf(await sendLines(running, { lines: values.map(type) }))).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ])
  })
})

it('accepts an origin that a proxy repeats, and no two different origins', async () => {
  const own = running.origin
  for (const [values, status] of [
    [[own, own], 200],
    [[`${own}, ${own}`], 200],
    [[own, 'https://evil.test'], 403],
    [[`https://evil.test, ${own}`], 403],
  ] as const)
    expect((await sendLines(running, { lines: values.map((value): Line => ['origin', value]) })).status).toBe(
      status,
    )
})

it('refuses a key or a member that comes twice, equal or not', async () => {
  for (const [name, value] of [
    ['x-api-key', KEYS.acme],
    ['authorization', `Bearer ${KEYS.acme}`],
    ['x-allv-user-id', 'mem_maria'],
    ['x-allv-user-email', 'maria@acme.test'],
  ] as const)
    for (const lines of copies(name, value)) {
      const { status } = await sendLines(running, { lines })
      expect([lines, status === 400 || status === 401]).toEqual([lines, true])
    }
})
