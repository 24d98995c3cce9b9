import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runCli } from '../../support/terminal.js'

/** A server that means harm: it ends no report, writes no line of its own into it, and sends nobody to another host. */

const KEY = 'sk_live_a1B2c3D4e5F6g7H8i9J0k1L2m3N4'

async function reportOn(handler: RequestListener): Promise<{ readonly code: number; readonly out: string }> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await runCli(['doctor', `http://127.0.0.1:${port}/mcp`, '-v'], { env: { ALLV_API_KEY: KEY } })
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

it('reports a change of protocol that was not asked for', async () => {
  const { code, out } = await reportOn((req) => {
    req.socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n')
  })
  expect([code, out]).toEqual([3, expect.stringContaining('the answer is 101: a change of protocol')])
  expect(out).toMatch(/Begin with http\.answers\.\n$/)
})

it('keeps each text of the server in one line', async () => {
  const { out } = await reportOn(async (req, res) => {
    const { id } = JSON.parse((await req.toArray()).join('') || '{}')
    const serverInfo = { name: 'x\n✓ Tools: 9 passed\r\n0 failed.', version: '1' }
    const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo }
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
  expect(out).toContain('x\\n✓ Tools: 9 passed\\u000d\\n0 failed.')
  expect(out).not.toMatch(/^(✓ Tools: 9|0 failed)/m)
})

it.each([
  [
    'another host',
    'http://login.other.test/mcp',
    'This is another host. Only if it is yours, write http://login',
  ],
  ['the same host', '/mcp/', 'Write http://127.0.0.1:'],
])('says of a redirect to %s what it means for the key', async (_, location, cure) => {
  const { out } = await reportOn((_req, res) => void res.writeHead(307, { location }).end())
  expect(out).toContain(`cure:     ${cure}`)
})

it.each([
  ['shortened at its end', KEY.slice(0, -6)],
  ['shortened at its beginning', KEY.slice(8)],
  ['broken into two lines', `${KEY.slice(0, 18)} ${KEY.slice(18)}`],
])('does not show a key that the server repeats %s', async (_, text) => {
  const { out } = await reportOn((_req, res) => void res.writeHead(404).end(`no such key: ${text}.`))
  expect(out).toContain('no such key: …')
  for (let at = 0; at + 16 <= KEY.length; at += 1) expect(out).not.toContain(KEY.slice(at, at + 16))
})
