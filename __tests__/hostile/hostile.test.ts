import { Agent, request } from 'node:http'
import fc from 'fast-check'
import { listen, post, type Running, raw } from '../support/http.js'
import { createWorld, KEYS, type World } from '../support/world.js'

let world: World
let running: Running
const agent = new Agent({ keepAlive: true, maxSockets: 32 })

beforeAll(async () => {
  world = createWorld({ rateLimit: false, approvalHoldMs: 1, bodyLimitBytes: 100_000 })
  running = await listen(world)
})
afterAll(async () => {
  agent.destroy()
  await running.close()
})

interface Sent {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

function send({ path, headers, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: running.port, path, method: 'POST', agent, headers, timeout: 5000 },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('the socket hung')))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const json = fc.jsonValue({ maxDepth: 4 })
const odd = fc.oneof(
  json,
  fc.constantFrom(null, -1, 1e308, 0.5, '', '__proto__', 'constructor', '\ud800', '\u0000', [], {}, [[]]),
)
const key = fc.constantFrom(...Object.values(KEYS), 'sk_unknown', '', 'é', 'a b')
const who = fc.constantFrom(
  'mem_maria',
  'mem_omar',
  'mem_ivan',
  'mem_lin',
  'mem_none',
  '',
  '%',
  'mem_maria, mem_omar',
)
const workspace = fc.constantFrom('ws_acme', 'ws_globex', 'ws_none', '..', '%2e%2e', '%00', 'ws_acme%20')
const method = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'tools/call',
      'tools/list',
      'resources/read',
      'resources/list',
      'completion/complete',
      'initialize',
      'ping',
      'server/discover',
      'subscriptions/listen',
      'notifications/cancelled',
      'tasks/get',
    ),
  },
  { weight: 1, arbitrary: fc.string() },
)
const meta = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(
      {
        'io.modelcontextprotocol/protocolVersion': fc.constantFrom('2026-07-28', '2025-11-25', 'x', 5),
        'io.modelcontextprotocol/clientCapabilities': fc.oneof(fc.constant({}), odd),
      },
      { requiredKeys: [] },
    ),
  },
  fc.record(
    {
      progressToken: odd,
      'io.modelcontextprotocol/related-task': odd,
      'ai.allv/idempotencyKey': odd,
      traceparent: odd,
    },
    { requiredKeys: [] },
  ),
  odd,
)
const params = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      {
        name: fc.oneof(
          fc.constantFrom(
            'deals.add',
            'deals_add',
            'admin.only',
            'scoped',
            'deals_delete',
            'agent_update_memory',
            'throws',
            'asks',
            'toString',
          ),
          odd,
        ),
        arguments: fc.oneof(
          fc.record({ a: fc.oneof(fc.integer(), odd), b: fc.integer() }),
          fc.record({ key: odd, value: odd }),
          odd,
        ),
        uri: fc.oneof(
          fc.constantFrom('allv://workspaces/ws_acme/memory/tone', 'allv://workspaces/ws_globex/memory/tone'),
          fc.webUrl(),
          odd,
        ),
        cursor: odd,
        requestState: odd,
        inputResponses: odd,
        _meta: meta,
        notifications: odd,
      },
      { requiredKeys: [] },
    ),
  },
  odd,
)
const message = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '2.0', '2.0', '1.0'),
    id: fc.oneof(fc.integer(), fc.string(), odd),
    method: fc.oneof(method, odd),
    params,
    result: odd,
    error: odd,
  },
  { requiredKeys: ['jsonrpc'] },
)
const body = fc.oneof(
  { weight: 8, arbitrary: message.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.array(message, { maxLength: 4 }).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: odd.map((value) => JSON.stringify(value) ?? '') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth)) },
)
const headerText = fc.stringMatching(/^[!-~]{0,40}$/)
const headers = fc.record(
  {
    'x-api-key': fc.oneof(
      { weight: 5, arbitrary: fc.constant(KEYS.acme) },
      key.filter((text) => /^[\x20-\x7e]*$/.test(text)),
    ),
    'x-allv-user-id': fc.oneof({ weight: 5, arbitrary: fc.constant('mem_maria') }, who),
    'x-allv-user-email': fc.constantFrom('maria@acme.test', 'omar@acme.test', 'x'),
    authorization: fc.oneof(
      headerText,
      key.filter((text) => /^[\x20-\x7e]*$/.test(text)).map((text) => `Bearer ${text}`),
    ),
    'content-type': fc.oneof({ weight: 8, arbitrary: fc.constant('application/json') }, headerText),
    accept: fc.oneof(
      { weight: 5, arbitrary: fc.constant('application/json, text/event-stream') },
      headerText,
    ),
    'mcp-protocol-version': fc.constantFrom('2025-11-25', '2025-03-26', '2026-07-28', '2027-01-01', 'x'),
    'mcp-method': fc.oneof(
      method.filter((text) => /^[!-~]*$/.test(text)),
      headerText,
    ),
    'mcp-name': fc.oneof(fc.constantFrom('deals.add', '=?base64?x?=', '=?base64?ZGVhbHMuYWRk?='), headerText),
    'mcp-session-id': headerText,
    'idempotency-key': headerText,
    origin: fc.constantFrom('https://evil.test', 'null', 'x'),
    traceparent: headerText,
    'content-encoding': fc.constantFrom('gzip', 'identity', 'br'),
  },
  { requiredKeys: ['content-type'] },
)

/** Nearly right: a valid call with at most one header bent, so that the deeper rooms are reached too. */
const nearly = fc.record({
  target: fc.oneof({ weight: 9, arbitrary: fc.constant('ws_acme') }, workspace),
  generated: fc.tuple(headers, fc.nat({ max: 12 })).map(([bent, pick]) => {
    const extra = Object.entries(bent).filter(([, value]) => value !== undefined)[pick]
    return {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-api-key': KEYS.acme,
      'x-allv-user-id': 'mem_maria',
      ...(extra === undefined ? {} : { [extra[0]]: extra[1] }),
    }
  }),
  text: fc
    .record({
      name: fc.constantFrom(
        'deals.add',
        'deals_add',
        'admin.only',
        'scoped',
        'deals_delete',
        'agent_update_memory',
        'throws',
        'fails',
      ),
      arguments: fc.oneof(
        { weight: 3, arbitrary: fc.record({ a: fc.integer(), b: fc.integer() }) },
        { weight: 3, arbitrary: fc.record({ key: fc.string(), value: fc.string() }) },
        { weight: 1, arbitrary: odd },
      ),
    })
    .map((called) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: called })),
})
const wild = fc.record({ target: workspace, generated: headers, text: body })

/** What admission allows this request to do, by its credential and member, not by its body. */
function mayExecute(path: string, sent: Record<string, string>): string | null {
  const bearer = /^bearer +(\S+)$/i.exec(sent['authorization'] ?? '')?.[1]
  const keys = new Set([bearer, sent['x-api-key']].filter((text) => text !== undefined && text !== ''))
  if (keys.size !== 1 || sent['origin'] !== undefined) return null
  const [only] = keys
  const name = Object.entries(KEYS).find(([, text]) => text === only)?.[0]
  if (name === undefined || name === 'acmeExpired' || name === 'acmeRevoked') return null
  const home = name === 'globex' ? 'ws_globex' : 'ws_acme'
  return path === `/api/workspaces/${home}/mcp` ? home : null
}

it('never fails, hangs, leaks, or runs a call that admission refused: 10,000 requests', async () => {
  let before = 0
  await fc.assert(
    fc.asyncProperty(fc.oneof(wild, nearly), async ({ target, generated, text }) => {
      const sent = Object.fromEntries(
        Object.entries(generated).filter(([, value]) => value !== undefined),
      ) as Record<string, string>
      // A real listen stream stays open by design.
      if (text.includes('subscriptions/listen')) sent['accept'] = 'application/json'
      const path = `/api/workspaces/${target}/mcp`
      const answer = await send({ path, headers: sent, body: text })
      expect(answer.status).toBeLessThan(500)
      expect(answer.text).not.toMatch(/ at .*\.(ts|js):\d|SELECT|vault|TypeError|node:internal/)
      const executed = world.executions.slice(before)
      before = world.executions.length
      for (const { workspaceId, memberId } of executed) {
        expect(workspaceId).toBe(mayExecute(path, sent))
        expect(['mem_maria', 'mem_omar', 'mem_lin', 'mem_ada', 'mem_grace']).toContain(memberId)
      }
    }),
    { numRuns: 10_000 },
  )
  // The other half of the promise: what admission allows does run.
  expect(world.executions.length).toBeGreaterThan(100)
  expect(world.failures.filter(({ code }) => code === 'INTERNAL')).toEqual([])
}, 240_000)

describe('a socket that behaves badly', () => {
  const head = (lines: readonly string[]) =>
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
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

  it('sends half a body and disconnects', async () => {
    const leave = post(running, {})
    await raw(running, head(['content-length: 1000']) + ping, { leave })
    expect(await raw(running, head(['content-length: 40', 'connection: close']) + ping)).toMatch(
      /^HTTP\/1.1 200/,
    )
  })

  it('sends half a body and waits: a refusal does not wait with it', async () => {
    const answer = await raw(running, head(['content-length: 1000']).replace(KEYS.acme, 'unknown') + ping)
    expect(answer).toMatch(/^HTTP\/1.1 401/)
  })

  it('announces a body above the limit', async () => {
    expect(await raw(running, head(['content-length: 999999999']))).toMatch(/^HTTP\/1.1 413/)
  })

  it('pipelines', async () => {
    const one = head(['content-length: 40']) + ping
    const answer = await raw(running, one + one + one, { answers: 3 })
    expect(answer.match(/HTTP\/1.1 200/g)).toHaveLength(3)
  })

  it('floods headers', async () => {
    expect(await raw(running, head([`x-flood: ${'x'.repeat(40_000)}`]))).toMatch(/^HTTP\/1.1 431/)
  })
})
