import { connect } from 'node:net'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** No request of any era, method or form is served without a token, and each token is read in one way. */

let host: OAuthWorld
beforeAll(async () => {
  host = await startOAuthWorld({}, { rateLimit: false })
})
afterAll(() => host.close())

const call = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'deals_add', arguments: { a: 1, b: 2 } },
}
const REQUESTS: readonly (readonly [
  string,
  string,
  object | string | null,
  Readonly<Record<string, string>>,
])[] = [
  ['a call of 2025', 'POST', call, { 'mcp-protocol-version': '2025-11-25' }],
  ['a batch', 'POST', [call, { ...call, id: 2 }], { 'mcp-protocol-version': '2025-03-26' }],
  ['a notification', 'POST', { jsonrpc: '2.0', method: 'notifications/initialized' }, {}],
  ['an initialize', 'POST', { ...call, method: 'initialize', params: {} }, {}],
  ['a ping', 'POST', { ...call, method: 'ping' }, {}],
  ['a response', 'POST', { jsonrpc: '2.0', id: 1, result: {} }, {}],
  ['no JSON', 'POST', '{', {}],
  ['nothing', 'POST', '', {}],
  ['a GET', 'GET', null, {}],
  ['a HEAD', 'HEAD', null, {}],
  ['a DELETE', 'DELETE', null, {}],
  ['a PUT', 'PUT', call, {}],
  ...['tools/call', 'server/discover', 'subscriptions/listen', 'tasks/get'].map((method) => {
    const { body, headers } = envelope(method)
    return [`${method} of 2026`, 'POST', body, headers] as const
  }),
]

function envelope(method: string) {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return {
    body: { ...call, method, params: { ...call.params, _meta: meta } },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method },
  }
}

it.each(REQUESTS)(
  'answers with the challenge, and runs nothing: %s',
  async (_what, method, body, headers) => {
    const runs = host.world.executions.length
    for (const authorization of [{}, { authorization: 'Bearer a.b.c' }, { authorization: 'Basic eDp5' }]) {
      const response = await fetch(host.endpoint(), {
        method,
        headers: { 'content-type': 'application/json', ...headers, ...authorization },
        ...(body === null ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      await response.text()
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^Bearer realm="allv"/),
      ])
    }
    expect(host.world.executions.length).toBe(runs)
  },
)

/** Headers as they are written: `fetch` merges and refuses some. */
function raw(lines: readonly string[]): Promise<number> {
  const { port, pathname } = new URL(host.endpoint())
  const body = JSON.stringify({ ...call, method: 'tools/list', params: {} })
  const head = [
    `POST ${pathname} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    `Content-Length: ${body.length}`,
    'Connection: close',
    ...lines,
  ]
  return new Promise((resolve, reject) => {
    let text = ''
    connect(Number(port), '127.0.0.1')
      .on('data', (chunk) => {
        text += String(chunk)
      })
      .on('close', () => resolve(Number(text.split(' ')[1])))
      .on('error', reject)
      .write(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}

const repeatedMember = (token: string, change: Readonly<Record<string, unknown>>) => {
  const [head = '', payload = '', signature = ''] = token.split('.')
  const claims = Buffer.from(payload, 'base64url').toString()
  const text = `${claims.slice(0, -1)},${JSON.stringify(change).slice(1)}`
  return [head, Buffer.from(text).toString('base64url'), signature].join('.')
}

it.each<[string, number, (good: string, other: string) => readonly string[]]>([
  ['one header', 200, (good) => [`Authorization: Bearer ${good}`]],
  ['another case', 200, (good) => [`aUTHORIZATION: bEARER ${good}`]],
  ['blanks around it', 200, (good) => [`Authorization:   Bearer   ${good}  `]],
  ['two headers', 400, (good, other) => [`Authorization: Bearer ${good}`, `Authorization: Bearer ${other}`]],
  [
    'the same header twice',
    400,
    (good) => [`Authorization: Bearer ${good}`, `authorization: Bearer ${good}`],
  ],
  ['two in one header', 401, (good, other) => [`Authorization: Bearer ${good}, Bearer ${other}`]],
  ['a parameter', 401, (good) => [`Authorization: Bearer token="${good}"`]],
  ['no scheme', 401, (good) => [`Authorization: ${good}`]],
  ['another scheme', 401, (good) => [`Authorization: Token ${good}`]],
  [
    'a claim that is repeated',
    401,
    (good) => [`Authorization: Bearer ${repeatedMember(good, { sub: 'sub_omar' })}`],
  ],
  ['a cookie', 401, (good) => [`Cookie: authorization=Bearer ${good}`]],
])('reads a token in one way: %s', async (_what, expected, lines) => {
  const [good, other] = [await host.tokenFor(), await host.tokenFor({ sub: 'sub_omar' })]
  expect(await raw(lines(good, other))).toBe(expected)
})

it('takes no token from the address', async () => {
  const url = `${host.endpoint()}?access_token=${await host.tokenFor()}`
  expect((await host.post(null, { url })).status).toBe(401)
})
