import { listen, type Running } from './support/http.js'
import { sendLines } from './support/lines.js'
import { createWorld, KEYS } from './support/world.js'

let running: Running
afterEach(() => running.close())

async function start(options = {}): Promise<void> {
  running = await listen(createWorld(options))
}

const METHODS = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']

function send(
  method: string,
  origin: string | undefined,
  headers: Record<string, string> = {},
  path = '',
): Promise<Response> {
  return fetch(`${running.endpoint()}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-api-key': KEYS.acme,
      'x-allv-user-id': 'mem_maria',
      ...(origin === undefined ? {} : { origin }),
      ...headers,
    },
    ...(method === 'POST' ? { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' } : {}),
  })
}

it.each(METHODS)('refuses an origin that is not allowed before anything else: %s', async (method) => {
  await start({ allowedOrigins: ['https://app.example.com'] })
  for (const origin of [
    'https://evil.test',
    'null',
    'https://app.example.com.evil.test',
    'http://app.example.com',
    'https://app.example.com:8443',
    'not a url',
  ]) {
    const response = await send(method, origin, { 'x-api-key': 'unknown' })
    expect(response.status).toBe(403)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    if (method !== 'HEAD') {
      const body = await response.json()
      expect(body).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'ORIGIN_NOT_ALLOWED' } } })
      expect(body).not.toHaveProperty('id')
    }
  }
  expect((await send('GET', 'https://evil.test', {}, '/below')).status).toBe(403)
})

it('lets a listed origin call and read, with CORS for exactly this origin, on refusals too', async () => {
  await start({ allowedOrigins: ['https://app.example.com', 'null'] })
  for (const [headers, status] of [
    [{}, 200],
    [{ 'x-api-key': 'unknown' }, 401],
  ] as const) {
    const response = await send('POST', 'https://app.example.com', headers)
    expect(response.status).toBe(status)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(response.headers.get('access-control-expose-headers')).toMatch(
      /WWW-Authenticate.*Mcp-Session-Id.*Retry-After/,
    )
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    expect(response.headers.get('vary')).toContain('Origin')
  }
  expect((await send('POST', 'null')).status).toBe(200)
})

it('answers a preflight with the headers that clients send, mirrored arguments included', async () => {
  await start({ allowedOrigins: ['https://app.example.com'] })
  const response = await send('OPTIONS', 'https://app.example.com', {
    'access-control-request-headers': 'x-api-key, Mcp-Param-Region, x-other, mcp-param-a b',
  })
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-methods')).toBe('POST')
  const allowed = response.headers.get('access-control-allow-headers') ?? ''
  for (const name of [
    'Authorization',
    'Content-Type',
    'X-Api-Key',
    'X-Allv-User-Id',
    'X-Allv-User-Email',
    'Mcp-Protocol-Version',
    'Mcp-Method',
    'Mcp-Name',
    'Mcp-Session-Id',
    'Mcp-Param-Region',
  ]) {
    expect(allowed.split(', ')).toContain(name)
  }
  expect(allowed).not.toMatch(/x-other|a b/)
})

it('allows its own origin: of publicUrl, or a loopback address that Host names too', async () => {
  await start({ publicUrl: 'https://agent.example.com/api' })
  expect((await send('POST', 'https://agent.example.com')).status).toBe(200)
  expect((await send('POST', running.origin)).status).toBe(403)
  await running.close()
  await start()
  expect((await send('POST', running.origin)).status).toBe(200)
  expect((await send('POST', running.origin.replace('127.0.0.1', 'localhost'))).status).toBe(403)
  expect((await send('POST', `http://127.0.0.1:${running.port + 1}`)).status).toBe(403)
  expect((await send('POST', undefined)).status).toBe(200)
})

it.each([
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'safari-web-extension://E4A1C0DE-0000-4000-8000-0123456789AB',
  'vscode-file://vscode-app',
  'capacitor://localhost',
  'app://localhost:3000',
])('lets a listed extension or app shell call, and no other: %s', async (origin) => {
  await start({ allowedOrigins: [origin] })
  const response = await send('POST', origin)
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin])
  for (const other of [`${origin}x`, origin.replace('://', '://x'), `x${origin}`, `${origin}/`, 'null'])
    expect([other, (await send('POST', other)).status]).toEqual([other, 403])
})

it.each([
  ['a name that was rebound to this machine', 'evil.test', 'http://evil.test'],
  ['an address of the local network', '192.168.0.7', 'http://192.168.0.7'],
  ['a name that ends like the loopback name', 'localhost.evil.test', 'http://localhost.evil.test'],
  ['an origin with a path', '127.0.0.1', 'http://127.0.0.1/'],
  ['an origin with a user', '127.0.0.1', 'http://user@127.0.0.1'],
  ['an origin in capitals', 'localhost', 'http://LOCALHOST'],
])('refuses %s, although Host and Origin are the same, if there is no publicUrl', async (_, host, origin) => {
  await start()
  const { status, json } = await sendLines(running, {
    lines: [
      ['host', host],
      ['origin', origin],
    ],
  })
  expect([status, json.error?.data['code']]).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
})
