import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express5 from 'express'
import express4 from 'express4'
import { codeOf, type Line, sendLines } from './support/lines.js'
import { createWorld } from './support/world.js'

/** The absolute form of a request target, which clients send to proxies and servers must take: RFC 9112, section 3.2.2. */

type Kind = 'Express 4.18' | 'Express 5' | 'node:http'

let server: Server
let close: () => Promise<void>
let port: number

async function start(kind: Kind, options = {}): Promise<void> {
  const router = createWorld(options).router()
  const express = (kind === 'Express 5' ? express5 : express4) as typeof express5
  const app = express()
  app.use('/api', router)
  app.get('/hello', (_req, res) => void res.send('hello'))
  const plain = (req: Parameters<typeof router>[0], res: Parameters<typeof router>[1]) => {
    req.url = (req.url ?? '').replace(/\/api(?=\/workspaces)/, '')
    router(req, res, () => {
      res.statusCode = 404
      res.end()
    })
  }
  server = createServer(kind === 'node:http' ? plain : app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  close = () => router.close()
}
afterEach(async () => {
  server.close()
  await close()
  server.closeAllConnections()
})

const send = async (target: string, lines: readonly Line[] = []) =>
  codeOf(await sendLines({ port }, { target, lines }))
const ENDPOINT = '/api/workspaces/ws_acme/mcp'

describe.each(['Express 4.18', 'Express 5', 'node:http'] as const)('under %s', (kind) => {
  it('serves the endpoint by an absolute target', async () => {
    await start(kind)
    for (const target of [
      ENDPOINT,
      `http://api.test${ENDPOINT}`,
      `http://api.test:8080${ENDPOINT}`,
      `http://api.test${ENDPOINT}/`,
      `http://api.test${ENDPOINT}?x=1`,
      `http://api.test${ENDPOINT}?to=http://other.test/`,
      `https://api.test${ENDPOINT}`,
      `HTTP://API.test${ENDPOINT}`,
      `http://127.0.0.1:${port}${ENDPOINT}`,
      `http://[::1]:${port}${ENDPOINT}`,
      `http://api.test/api/workspaces/ws%5Facme/mcp`,
    ])
      expect([target, await send(target)]).toEqual([target, [200, null]])
  })

  it('makes the same checks as for any other target', async () => {
    await start(kind)
    const at = (path: string) => `http://api.test/api${path}`
    expect(await send(at('/workspaces/ws_acme/mcp'), [['x-api-key', 'unknown']])).toEqual([
      401,
      'UNAUTHENTICATED',
    ])
    expect(await send(at('/workspaces/ws_globex/mcp'))).toEqual([401, 'UNAUTHENTICATED'])
    expect(await send(at('/workspaces/ws_acme/mcp/below'))).toEqual([404, 'ROUTE_NOT_FOUND'])
    expect(await send(at('/workspaces/%E0%A4%A/mcp'))).toEqual([404, 'ROUTE_NOT_FOUND'])
    expect((await send(at('/workspaces/ws_acme')))[0]).toBe(404)
    expect((await send('http://api.test'))[0]).toBe(404)
    expect((await send(`http://api.test?${ENDPOINT}`))[0]).toBe(404)
    expect((await send(`//api.test${ENDPOINT}`))[0]).toBe(404)
    expect((await send(`ftp://api.test${ENDPOINT}`))[0]).toBe(404)
    expect((await send(`http://user:pass@api.test${ENDPOINT}`))[0]).toBe(404)
  })

  it('allows a loopback origin only if Host and target both name it', async () => {
    await start(kind)
    const own = `http://127.0.0.1:${port}`
    const from = async (target: string, origin: string, host: string) =>
      (
        await send(target, [
          ['origin', origin],
          ['host', host],
        ])
      )[0]
    const here = `127.0.0.1:${port}`
    expect(await from(ENDPOINT, own, here)).toBe(200)
    expect(await from(own + ENDPOINT, own, here)).toBe(200)
    for (const [target, origin, host] of [
      [`http://evil.test${ENDPOINT}`, own, here],
      [own + ENDPOINT, own, 'evil.test'],
      [own + ENDPOINT, 'http://evil.test', here],
      [`http://evil.test${ENDPOINT}`, 'http://evil.test', 'evil.test'],
      [`http://localhost:${port}${ENDPOINT}`, own, here],
      [`http://127.0.0.1:${port + 1}${ENDPOINT}`, own, here],
    ] as const)
      expect([target, origin, host, await from(target, origin, host)]).toEqual([target, origin, host, 403])
  })
})

it('allows the origin of publicUrl for any target', async () => {
  await start('Express 5', { publicUrl: 'https://agent.example.com/api' })
  const from = async (origin: string) => (await send(`http://api.test${ENDPOINT}`, [['origin', origin]]))[0]
  expect(await from('https://agent.example.com')).toBe(200)
  expect(await from('http://api.test')).toBe(403)
})
