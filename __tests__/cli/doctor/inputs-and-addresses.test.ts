import { createServer as createHttpServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { AS_MARIA, examinePlanted, findings, idsWith, PATH, resultsOf } from '../../support/examined.js'
import { startProxy } from '../../support/faulty-proxy.js'
import { listen } from '../../support/http.js'
import { createWorld } from '../../support/world.js'

/** What the caller gave, and whether the host can be reached at all. */

/** A dollar sign, which would begin a template here. */
const D = '$'

const PLACEHOLDERS = [
  `${D}{ALLV_API_KEY}`,
  `${D}{env:ALLV_API_KEY}`,
  `${D}{input:allv-key}`,
  '{env:ALLV_API_KEY}',
  '{{ALLV_API_KEY}}',
  '{ALLV_API_KEY}',
  '$ALLV_API_KEY',
  '%ALLV_API_KEY%',
  '$(cat key)',
  '<your-api-key>',
  'YOUR_API_KEY',
  'your-key-here',
  'CHANGE_ME',
  'undefined',
  'xxxxxxxx',
]

it.each(PLACEHOLDERS)('names the placeholder %s in place of a key, and sends it nowhere', async (key) => {
  const { results, came } = await examinePlanted({ options: { key } })
  expect(findings(results)).toEqual([
    expect.stringMatching(/^fail inputs\.placeholders: the key is a placeholder/),
  ])
  expect(idsWith('pass', results)).toContain('http.mount')
  expect(new Set(came.map((one) => one.split(' ').slice(2).join(' ')))).toEqual(new Set(['without a key']))
})

it.each([`${D}{MEMBER}`, '<member>', 'YOUR_EMAIL'])(
  'names the placeholder %s in place of a member',
  async (member) => {
    const { results } = await examinePlanted({ options: { member } })
    expect(findings(results)).toEqual([
      expect.stringMatching(/^fail inputs\.placeholders: the member is a placeholder/),
    ])
  },
)

it.each([
  'sk_live_a1B2',
  'maria@acme.test',
  'mem_7',
  'abc$def',
  'o{brace}',
  'x',
  'my.name@your.company.test',
])('takes %s for a value', async (member) => {
  const results = await resultsOf('http://10.0.0.1/', { member, only: ['inputs.placeholders'] })
  expect(findings(results)).toEqual([])
})

it.each([
  ['Bearer sk_live_a1b2c3', /begins with the word Bearer/],
  ['"sk_live_a1b2c3"', /is in quotes/],
  ['sk_live a1b2c3', /contains a space/],
  ['sk_live_a1b2c3\n', /contains a space, a line break/],
  ['sk_live_ä', /not ASCII/],
  ['', /contains a space|empty/],
])('names the key %j that no header can hold', async (key, seen) => {
  const { results } = await examinePlanted({ options: { key } })
  expect(findings(results)).toEqual([expect.stringMatching(/^fail inputs\.key/)])
  expect(results.find(({ id }) => id === 'inputs.key')?.seen).toMatch(seen)
})

it.each(['maria\r\nx-api-key: y', ' ', ''])('names the member %j that no header can hold', async (member) => {
  const { results } = await examinePlanted({ options: { member } })
  expect(findings(results)).toEqual([expect.stringMatching(/^fail inputs\.key: the member is empty/)])
})

it.each([
  `http://${D}{HOST}/api/workspaces/ws/mcp`,
  'https://example.com/workspaces/YOUR_WORKSPACE/mcp',
  'https://example.com/workspaces/{WORKSPACE}/mcp',
])('names the placeholder in %s, and connects to nothing', async (url) => {
  const results = await resultsOf(url, AS_MARIA)
  expect(findings(results)).toEqual([expect.stringMatching(/^fail inputs\.url: .*placeholder/)])
  expect(results.find(({ id }) => id === 'reach.dns')?.seen).toBe('needs inputs.url')
})

it('sends no key in clear text to another machine, unless that is allowed', async () => {
  const refused = await resultsOf(`http://mcp.acme.test${PATH}`, AS_MARIA)
  expect(findings(refused)).toEqual([expect.stringMatching(/^fail inputs\.url: plain HTTP/)])
  const running = await listen(createWorld())
  const resolve = async () => [{ address: '127.0.0.1', family: 4 as const }]
  const allowed = await resultsOf(`http://mcp.acme.test:${running.port}${PATH}`, {
    ...AS_MARIA,
    allowHttp: true,
    resolve,
  })
  await running.close()
  expect(findings(allowed)).toEqual([expect.stringMatching(/^warn inputs\.url: plain HTTP/)])
})

it('names a host that DNS does not know', async () => {
  const results = await resultsOf(`https://doctor.invalid${PATH}`, AS_MARIA)
  expect(findings(results)).toEqual([
    expect.stringMatching(/^fail reach\.dns: doctor\.invalid: (the name is unknown|DNS gave no answer)/),
  ])
})

it('names a port on which nothing listens', async () => {
  const results = await resultsOf(`http://127.0.0.1:9${PATH}`, AS_MARIA)
  expect(findings(results)).toEqual([
    expect.stringMatching(/^fail reach\.connect: port 9: the connection was refused/),
  ])
})

async function beside(address: string, family: 4 | 6) {
  const running = await listen(createWorld())
  const resolve = async () => [
    { address, family },
    { address: '127.0.0.1', family: 4 as const },
  ]
  const results = await resultsOf(`http://localhost:${running.port}${PATH}`, { ...AS_MARIA, resolve })
  await running.close()
  return results
}

it('names an IPv4 address that takes no connections beside one that does', async () => {
  const results = await beside('127.0.0.2', 4)
  expect(findings(results)).toEqual([
    expect.stringMatching(/^fail reach\.ipv4: 127\.0\.0\.2: the connection was refused/),
  ])
  expect(idsWith('pass', results)).toContain('tools.list')
})

const hasIpv6 = networkInterfaces()['lo']?.some(({ family }) => family === 'IPv6') === true

it(`names an IPv6 address that takes no connections (${hasIpv6 ? 'tried' : 'this machine has no IPv6, and the check says so'})`, async () => {
  const results = await beside('::1', 6)
  const seen = results.find(({ id }) => id === 'reach.ipv6')
  if (hasIpv6)
    expect(findings(results)).toEqual([
      expect.stringMatching(/^fail reach\.ipv6: ::1: the connection was refused/),
    ])
  else expect([findings(results), seen?.seen]).toEqual([[], 'this machine has no IPv6'])
})

async function tcp(
  onData: (answer: (text: string) => void) => void,
): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => onData((text) => socket.end(text)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

it.each<readonly [string, (answer: (text: string) => void) => void, RegExp]>([
  ['never answers', () => {}, /no answer within 1 s/],
  ['closes the connection', (answer) => answer(''), /closed before an answer/],
  ['speaks something else', (answer) => answer('220 mail.acme.test ESMTP\r\n'), /not HTTP/],
])('names a server that %s', async (_, onData, seen) => {
  const { server, port } = await tcp(onData)
  const results = await resultsOf(`http://127.0.0.1:${port}${PATH}`, { ...AS_MARIA, timeoutMs: 1000 })
  server.close()
  expect(findings(results)).toEqual([expect.stringMatching(/^fail http\.answers/)])
  expect(results.find(({ id }) => id === 'http.answers')?.seen).toMatch(seen)
})

it('names a proxy that speaks HTTP/1.0', async () => {
  const running = await listen(createWorld())
  const proxy = await startProxy(running.port, {})
  // Answers of Node are HTTP/1.1: the first line is rewritten on the way.
  const old = createServer((socket) => {
    socket.on('error', () => {})
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      const text = Buffer.concat(chunks).toString('latin1')
      const [head = '', body = ''] = text.split('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (!text.includes('\r\n\r\n') || body.length < length) return
      const [, method = '', path = ''] = /^(\S+) (\S+)/.exec(head) ?? []
      const headers = Object.fromEntries(
        [...head.matchAll(/^([\w-]+): (.*)$/gm)].map(([, name = '', value = '']) => [name, value.trim()]),
      )
      request(`${proxy.origin}${path}`, { method, headers }, (answer) => {
        const sent = Object.entries(answer.headers).filter(
          ([name]) => !/^(connection|keep-alive|transfer-encoding)$/.test(name),
        )
        socket.write(
          `HTTP/1.0 ${answer.statusCode} X\r\n${sent.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
        )
        answer.pipe(socket)
      }).end(body)
    })
  })
  await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve))
  const results = await resultsOf(`http://127.0.0.1:${(old.address() as AddressInfo).port}${PATH}`, AS_MARIA)
  old.close()
  proxy.close()
  await running.close()
  expect(findings(results)).toEqual([expect.stringMatching(/^fail http\.keep-alive: HTTP\/1\.0/)])
})

it('asks a server without IPv4 by IPv6', async () => {
  if (!hasIpv6) {
    expect(hasIpv6).toBe(false)
    return
  }
  const server = createHttpServer((_, res) => res.writeHead(404).end())
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve))
  const results = await resultsOf(`http://[::1]:${(server.address() as AddressInfo).port}${PATH}`, AS_MARIA)
  server.close()
  server.closeAllConnections()
  expect(findings(results)).toEqual([expect.stringMatching(/^fail http\.mount: 404/)])
})
