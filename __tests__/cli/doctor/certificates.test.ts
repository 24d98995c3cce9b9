import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { createAllvMcpRouter } from 'allv-mcp'
import { createCertificate } from '../../support/certificates.js'
import { AS_MARIA, findings, idsWith, PATH, resultsOf } from '../../support/examined.js'
import { createWorld } from '../../support/world.js'

/** Real certificates of a test's own authority, served by a real host. */

const root = createCertificate({ name: 'Test Root', isAuthority: true })
const middle = createCertificate({ name: 'Test Intermediate', isAuthority: true, issuer: root })
const HOSTS = ['mcp.acme.test', '127.0.0.1']
const server = (over: object = {}) =>
  createCertificate({ name: 'mcp.acme.test', hosts: HOSTS, issuer: middle, ...over })

interface Served {
  readonly key: ReturnType<typeof server>
  readonly chain?: readonly { readonly pem: string }[]
}

async function examined(
  { key, chain = [middle] }: Served,
  url = 'https://mcp.acme.test',
  options: object = {},
) {
  const router = createAllvMcpRouter(createWorld().options)
  const tls = createServer(
    {
      key: key.key.export({ type: 'pkcs8', format: 'pem' }),
      cert: [key, ...chain].map(({ pem }) => pem).join(''),
    },
    (req, res) => {
      req.url = (req.url ?? '').replace(/^\/api/, '')
      router(req, res, () => res.writeHead(404).end())
    },
  )
  const port = await listening(tls)
  try {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 as const }]
    return await resultsOf(`${url}:${port}${PATH}`, { ...AS_MARIA, ca: root.pem, resolve, ...options })
  } finally {
    tls.close()
    tls.closeAllConnections()
    await router.close()
  }
}

function listening(one: Server): Promise<number> {
  return new Promise((resolve) =>
    one.listen(0, '127.0.0.1', () => resolve((one.address() as AddressInfo).port)),
  )
}

it.each([['https://mcp.acme.test'], ['https://127.0.0.1']])(
  'finds nothing wrong with a valid certificate at %s',
  async (url) => {
    const results = await examined({ key: server() }, url)
    expect(findings(results)).toEqual([])
    expect(idsWith('pass', results)).toContain('reach.tls')
  },
)

const self = createCertificate({ name: 'mcp.acme.test', hosts: HOSTS })

it.each([
  ['an expired certificate', { key: server({ from: -30, to: -2 }) }, /has expired on \d{4}-\d\d-\d\d/],
  ['a certificate of tomorrow', { key: server({ from: 1 }) }, /valid from \d{4}-\d\d-\d\d only/],
  [
    'a certificate for another name',
    { key: server({ hosts: ['other.test'] }) },
    /for another name: DNS:other\.test/,
  ],
  ['a self-signed certificate', { key: self, chain: [] }, /self-signed/],
  [
    'a chain without its intermediate certificate',
    { key: server(), chain: [] },
    /intermediate certificate is missing: .*Test Intermediate/,
  ],
  [
    'an authority that nobody trusts',
    {
      key: server({ issuer: createCertificate({ name: 'Nobody', isAuthority: true }) }),
      chain: [createCertificate({ name: 'Nobody', isAuthority: true })],
    },
    /missing|does not trust/,
  ],
])('names %s, and asks nothing of such a server', async (_, served, seen) => {
  const results = await examined(served)
  expect(findings(results)).toEqual([expect.stringMatching(/^fail reach\.tls/)])
  expect(results.find(({ id }) => id === 'reach.tls')?.seen).toMatch(seen)
  expect(results.find(({ id }) => id === 'http.answers')).toMatchObject({
    status: 'skip',
    seen: 'needs reach.tls',
  })
})

it('warns of a certificate that expires soon', async () => {
  const results = await examined({ key: server({ to: 5 }) })
  expect(findings(results)).toEqual([expect.stringMatching(/^warn reach\.tls: .*expires in 4 days/)])
})

it('examines a self-signed server of this machine where that is allowed, with a warning', async () => {
  const results = await examined({ key: self, chain: [] }, 'https://127.0.0.1', {
    ca: undefined,
    allowHttp: true,
  })
  expect(findings(results)).toEqual([expect.stringMatching(/^warn reach\.tls: .*self-signed/)])
  expect(idsWith('pass', results)).toContain('tools.list')
})

it.each([{ url: 'https://mcp.acme.test' }])('allows no self-signed certificate at $url', async ({ url }) => {
  const results = await examined({ key: self, chain: [] }, url, { ca: undefined, allowHttp: true })
  expect(findings(results)).toEqual([expect.stringMatching(/^fail reach\.tls: .*self-signed/)])
})

it.each([
  ['closes the connection', (socket: { end: () => void }) => socket.end()],
  [
    'speaks plain HTTP',
    (socket: { end: (text: string) => void }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  ],
])('names a port of https that %s', async (_, answer) => {
  const tcp = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  const port = await listening(tcp)
  const results = await resultsOf(`https://127.0.0.1:${port}${PATH}`, AS_MARIA)
  tcp.close()
  expect(findings(results)).toEqual([expect.stringMatching(/^fail reach\.tls: no TLS handshake/)])
})
