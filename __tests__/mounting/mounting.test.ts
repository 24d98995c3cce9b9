import { createServer, request as forward, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import express5 from 'express'
import express4 from 'express4'
import { type JsonRpc, PING, rpc, toolCall } from '../support/http.js'
import { createWorld, KEYS } from '../support/world.js'

/** The same tests for every way in which a host may mount the router. */

type Parser = 'no parser' | 'json' | 'raw' | 'text' | 'late json' | 'an encoding'
type Mount = '/api' | '/' | 'stripped'

const frameworks = { 'Express 4.18': express4, 'Express 5': express5 } as const
const mounts: readonly Mount[] = ['/api', '/', 'stripped']
const parsers: readonly Parser[] = ['no parser', 'json']
const ways = [
  ...Object.keys(frameworks).flatMap((name) =>
    mounts.flatMap((mount) => parsers.map((parser) => [name, mount, parser] as const)),
  ),
  ['Express 4.18', '/api', 'raw'],
  ['Express 5', '/api', 'text'],
  ['Express 5', '/api', 'late json'],
  ['Express 5', '/api', 'an encoding'],
] as readonly (readonly [keyof typeof frameworks, Mount, Parser])[]

describe.each(ways)('%s, under %s, with %s', (name, mount, parser) => {
  let server: Server
  let proxy: Server | null = null
  let base: string
  let close: () => Promise<void>

  beforeAll(async () => {
    const express = frameworks[name] as typeof express5
    const router = createWorld({ bodyLimitBytes: 50_000 }).router()
    const app = express()
    if (parser === 'json') app.use(express.json())
    if (parser === 'raw') app.use(express.raw({ type: '*/*' }))
    if (parser === 'an encoding') {
      app.use((req, _res, next) => {
        req.setEncoding('utf8')
        next()
      })
    }
    if (parser === 'text') app.use(express.text({ type: '*/*' }))
    app.get('/hello', (_req, res) => void res.send('from the host'))
    app.use(mount === '/api' ? '/api' : '/', router)
    if (parser === 'late json') app.use(express.json())
    app.post('/echo', express.json(), (req, res) => void res.json(req.body))
    server = createServer(app)
    let port = await listening(server)
    if (mount === 'stripped') {
      proxy = stripPrefix('/agent', port)
      port = await listening(proxy)
    }
    base = `http://127.0.0.1:${port}${mount === '/' ? '' : mount === '/api' ? '/api' : '/agent'}`
    close = () => router.close()
  })
  afterAll(async () => {
    await close()
    for (const one of [server, proxy]) {
      one?.close()
      one?.closeAllConnections()
    }
  })

  const send = (body: string, headers: Record<string, string> = {}, path = '/workspaces/ws_acme/mcp') =>
    fetch(base + path, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-api-key': KEYS.acme,
        'x-allv-user-id': 'mem_maria',
        ...headers,
      },
    })
  const call = async (message: object): Promise<JsonRpc> =>
    (await send(JSON.stringify(message))).json() as Promise<JsonRpc>

  it('serves MCP', async () => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    }
    expect((await call(rpc('initialize', params))).result.protocolVersion).toBe('2025-11-25')
    expect((await call(rpc('tools/list'))).result.tools.length).toBeGreaterThan(5)
    expect((await call(toolCall('deals_add', { a: 1, b: 2 }))).result.structuredContent).toEqual({ sum: 3 })
    expect(
      (await call(rpc('resources/read', { uri: 'allv://workspaces/ws_acme/memory/tone' }))).result.contents[0]
        .text,
    ).toBe('formal')
    expect((await call([PING, PING] as never)).error?.code).toBe(-32600)
  })

  it('refuses in JSON, with the id', async () => {
    const refused = await send(JSON.stringify(PING), { 'x-api-key': 'unknown' })
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { id: 1, error: { data: { code: 'UNAUTHENTICATED' } } },
    ])
    expect((await send(JSON.stringify(PING), { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await fetch(`${base}/workspaces/ws_acme/mcp`)).status).toBe(405)
    for (const path of ['/workspaces/ws_acme/mcp/below', '/workspaces/%E0%A4%A/mcp']) {
      const nowhere = await fetch(base + path, { method: 'GET' })
      expect([nowhere.status, nowhere.headers.get('content-type')]).toEqual([404, 'application/json'])
    }
  })

  it('leaves the encoding of a body to the parser that read it', async () => {
    const headers = {
      'content-type': 'application/json',
      'x-api-key': KEYS.acme,
      'x-allv-user-id': 'mem_maria',
    }
    const coded = await fetch(`${base}/workspaces/ws_acme/mcp`, {
      method: 'POST',
      body: gzipSync(JSON.stringify(PING)),
      headers: { ...headers, 'content-encoding': 'gzip' },
    })
    const inflates = parser === 'json' || parser === 'raw' || parser === 'text'
    expect([coded.status, coded.headers.get('accept-encoding')]).toEqual(
      inflates ? [200, null] : [415, 'identity'],
    )
  })

  it('passes other requests on to the host', async () => {
    const root = base.replace(/\/api$/, '')
    expect(await (await fetch(`${root}/hello`)).text()).toBe('from the host')
    if (parser === 'no parser' || parser === 'json') {
      const echo = await fetch(`${root}/echo`, {
        method: 'POST',
        body: '{"a":1}',
        headers: { 'content-type': 'application/json' },
      })
      expect(await echo.json()).toEqual({ a: 1 })
    }
    expect((await fetch(`${base}/workspaces/ws_acme`)).status).toBe(404)
  })

  if (parser !== 'json') {
    it('reads the body itself: invalid JSON, or too much of it', async () => {
      const broken = await send('{"jsonrpc":')
      expect([broken.status, await broken.json()]).toMatchObject([400, { error: { code: -32700 } }])
      expect((await send('')).status).toBe(400)
    })
  }
  if (parser === 'no parser' || parser === 'late json') {
    it('keeps its own limit', async () => {
      expect((await send(JSON.stringify(rpc('ping', { x: 'x'.repeat(60_000) })))).status).toBe(413)
    })
  }
})

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
}

/** A proxy that takes its prefix away before it passes a request on. */
function stripPrefix(prefix: string, port: number): Server {
  return createServer((req, res) => {
    const path = (req.url ?? '').replace(prefix, '') || '/'
    const onward = forward(
      { host: '127.0.0.1', port, path, method: req.method, headers: req.headers },
      (answer: IncomingMessage) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(res)
      },
    )
    req.pipe(onward)
  })
}
