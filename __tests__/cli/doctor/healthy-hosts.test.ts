import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import { type AllvMcpRouter, createAllvMcpRouter } from 'allv-mcp'
import express5 from 'express'
import express4 from 'express4'
import {
  AS_MARIA,
  examinePlanted,
  findings,
  idsWith,
  ORIGIN,
  PATH,
  resultsOf,
} from '../../support/examined.js'
import { without } from '../../support/faulty-proxy.js'
import { createWorld, KEYS, type WorldOptions } from '../../support/world.js'

/** Hosts with which nothing is wrong get neither a failure nor a warning. */

type Way = (router: AllvMcpRouter) => Parameters<typeof createServer>[1]

const under =
  (express: typeof express5, ...before: ReturnType<typeof express5.json>[]): Way =>
  (router) => {
    const app = express()
    for (const one of before) app.use(one)
    return app.use('/api', router)
  }

const WAYS: Readonly<Record<string, Way>> = {
  'Express 5': under(express5),
  'Express 4.18': under(express4 as unknown as typeof express5),
  'Express 5 with a body parser': under(express5, express5.json({ limit: '5mb' })),
  'Express 4.18 with a body parser': under(
    express4 as unknown as typeof express5,
    express4.json({ limit: '5mb' }),
  ),
  'plain node:http': (router) => (req, res) => {
    req.url = (req.url ?? '').replace(/^\/api/, '')
    router(req, res, () => void res.writeHead(404).end())
  },
}

async function served(way: Way, world: WorldOptions = {}) {
  const router = createAllvMcpRouter(createWorld({ allowedOrigins: [ORIGIN], ...world }).options)
  const server = createServer(way(router))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await router.close()
  }
  return { url, close }
}

it.each(Object.keys(WAYS))(
  'finds nothing wrong under %s, with pages, a session and every era',
  async (name) => {
    const { url, close } = await served(WAYS[name] ?? under(express5))
    const results = await resultsOf(url, { ...AS_MARIA, origin: ORIGIN })
    await close()
    expect(findings(results)).toEqual([])
    expect(idsWith('skip', results).filter((id) => !id.startsWith('oauth.'))).toEqual([
      'reach.ipv6',
      'reach.tls',
      'stream.idle',
      'tools.call',
    ])
  },
)

it.each<readonly [string, WorldOptions, object]>([
  ['a key of one member, without a header', {}, { key: KEYS.acmeBound, member: undefined }],
  ['a key of one member, with the header', {}, { key: KEYS.acmeBound }],
  ['a member by id', {}, { member: 'mem_maria' }],
  [
    'a brand',
    { brand: { headerPrefix: 'x-acme-', realm: 'acme', metaPrefix: 'com.acme/', memoryScheme: 'acme' } },
    {},
  ],
  ['a small limit of its own for bodies', { bodyLimitBytes: 50_000 }, {}],
  ['a rate limit of 100 a minute', { rateLimit: { points: 100, seconds: 60 } }, {}],
  ['no memory and no runs', { adapt: () => ({ memory: null, runs: null }) as object }, {}],
  ['an idle stream', {}, { idleMs: 500 }],
])('finds nothing wrong with %s', async (_, world, over) => {
  const { key, member, ...rest } = { ...AS_MARIA, ...over }
  const { url, close } = await served(under(express5), world)
  const results = await resultsOf(url, {
    ...rest,
    ...(key === undefined ? {} : { key }),
    ...(member === undefined ? {} : { member }),
  })
  await close()
  expect(findings(results)).toEqual([])
})

it('finds nothing wrong with pages of the own origin, which need no CORS', async () => {
  const { url, close } = await served(under(express5))
  const results = await resultsOf(url, { ...AS_MARIA, origin: new URL(url).origin })
  await close()
  expect(findings(results)).toEqual([])
  expect(idsWith('pass', results)).toContain('origin.allowed')
})

it.each([
  ['gzip', () => createGzip({ flush: constants.Z_SYNC_FLUSH })],
  ['br', () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH })],
] as const)('only warns of events that are compressed with %s and flushed', async (encoding, compressor) => {
  const { results } = await examinePlanted({
    fault: {
      answerHeaders: (headers) =>
        headers['content-type'] === 'text/event-stream'
          ? { ...headers, 'content-encoding': encoding }
          : headers,
      deliver(answer, res) {
        if (answer.headers['content-type'] === 'text/event-stream') answer.pipe(compressor()).pipe(res)
        else answer.pipe(res)
      },
    },
  })
  expect(findings(results)).toEqual([
    `warn stream.compressed: Content-Encoding: ${encoding} on an event stream`,
  ])
})

it('only warns where x-api-key does not arrive, and Authorization does', async () => {
  const { results } = await examinePlanted({
    fault: { headers: (headers) => without(headers, /^x-api-key$/) },
  })
  expect(findings(results)).toEqual([expect.stringMatching(/^warn access\.x-api-key/)])
})

it('says that a key is needed, without a failure, where none was given', async () => {
  const { url, close } = await served(under(express5))
  const results = await resultsOf(url, { slowMs: 8000 })
  await close()
  expect(findings(results)).toEqual([])
  expect(results.find(({ id }) => id === 'access.key')?.seen).toMatch(/none was given: pass --key-env/)
  expect(results.find(({ id }) => id === 'tools.list')).toMatchObject({
    status: 'skip',
    seen: 'needs access.key',
  })
})

it('leaves no connection and no stream open', async () => {
  const sockets = new Set<Socket>()
  const { url, close } = await served((router) => {
    const handle = under(express5)(router)
    return (req, res) => {
      sockets.add(req.socket)
      handle?.(req, res)
    }
  })
  await resultsOf(url, AS_MARIA)
  expect(sockets.size).toBeGreaterThan(8)
  await Promise.all(
    [...sockets].map((socket) => socket.destroyed || new Promise((resolve) => socket.once('close', resolve))),
  )
  await close()
})
