import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jest } from '@jest/globals'
import { type AllvMcpOptions, createAllvMcpRouter } from 'allv-mcp'
import express5 from 'express'
import express4 from 'express4'
import {
  AS_MARIA,
  examinePlanted,
  findings,
  idsWith,
  PATH,
  type Planted,
  resultsOf,
} from '../../support/examined.js'
import { createWorld, KEYS } from '../../support/world.js'

/** Faults of the host app, of its nodes, and of what the caller holds. */

const KEY_REFUSED = /^fail access\.key: the key arrives and is refused: 401/
const MEMBER_REFUSED = /^fail access\.member: the member check refused this request/

const off = (adapters: { features: { set: (flag: string, workspaceId: string, on: boolean) => void } }) => {
  adapters.features.set('mcp_server_v1', 'ws_acme', false)
  return {}
}

const down = async () => {
  throw new Error('the store is down')
}

it.each<readonly [string, Planted, RegExp]>([
  ['an unknown key', { options: { key: 'sk_test_of_nobody_at_all' } }, KEY_REFUSED],
  ['a key of another workspace', { options: { key: KEYS.globex } }, KEY_REFUSED],
  ['an expired key', { options: { key: KEYS.acmeExpired } }, KEY_REFUSED],
  ['a revoked key', { options: { key: KEYS.acmeRevoked } }, KEY_REFUSED],
  ['an unknown member', { options: { member: 'nobody@acme.test' } }, MEMBER_REFUSED],
  ['an unknown id of a member', { options: { member: 'mem_nobody' } }, MEMBER_REFUSED],
  ['an inactive member', { options: { member: 'ivan@acme.test' } }, MEMBER_REFUSED],
  ['a member of another workspace', { options: { member: 'lin@globex.test' } }, MEMBER_REFUSED],
  [
    'a member that the key is not for',
    { options: { key: KEYS.acmeListed, member: 'ada@acme.test' } },
    MEMBER_REFUSED,
  ],
  ['MCP that is switched off', { world: { adapt: off } }, /^fail access\.feature: .*FEATURE_DISABLED/],
  [
    'a store of keys that is down',
    { world: { adapt: () => ({ apiKeys: { findByDigest: down } }) } },
    /^fail access\.available: a service behind/,
  ],
  [
    'a store of members that is down',
    { world: { adapt: () => ({ members: { findById: down, findByEmail: down } }) } },
    /^fail access\.available: a service behind/,
  ],
])('names %s', async (_, planted, expected) => {
  const { results } = await examinePlanted(planted)
  expect(findings(results)).toEqual([expect.stringMatching(expected)])
})

it('asks for a member where the key is for several', async () => {
  const { key = '' } = AS_MARIA
  const running = await mounted({ world: {} })
  const results = await resultsOf(`${running.origin}${PATH}`, { key, slowMs: 8000 })
  await running.close()
  expect(findings(results)).toEqual([
    expect.stringMatching(/^fail access\.member: .*name the member in x-allv-user-id/),
  ])
})

it('says where the operator finds the reason for a refused key', async () => {
  const { results } = await examinePlanted({ options: { key: 'sk_test_of_nobody_at_all' } })
  expect(results.find(({ id }) => id === 'access.key')?.cure).toMatch(
    /same for all four.* in the audit log, at 20\d\d-\S+Z\.$/,
  )
})

interface Mounted {
  readonly world?: Parameters<typeof createWorld>[0]
  readonly version?: 4 | 5
  readonly parser?: object
  readonly env?: string
  readonly options?: Partial<AllvMcpOptions>
}

async function mounted({ world, version = 5, parser, env = 'test' }: Mounted) {
  const router = createAllvMcpRouter(createWorld(world).options)
  const express = (version === 4 ? express4 : express5) as typeof express5
  const app = express()
  app.set('env', env)
  if (parser !== undefined) app.use(express.json(parser))
  app.use('/api', router)
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await router.close()
    },
  }
}

it.each([
  [4, 'production', { limit: '10kb' }, '12 kB'],
  [5, 'production', { limit: '10kb' }, '12 kB'],
  [4, 'test', {}, '120 kB'],
  [5, 'production', {}, '120 kB'],
  [5, 'production', { limit: '1mb' }, '1.2 MB'],
] as const)(
  'names a body parser in front of the router: Express %s, %s, %j',
  async (version, env, parser, size) => {
    // Express writes the error that it answers with.
    const written = jest.spyOn(console, 'error').mockReturnValue()
    const running = await mounted({ version, parser, env })
    const results = await resultsOf(`${running.origin}${PATH}`, AS_MARIA)
    await running.close()
    written.mockRestore()
    expect(findings(results)).toEqual([
      expect.stringMatching(`fail body.host-parser: the host app refuses ${size} before`),
    ])
  },
)

it.each([
  [
    'a secret of its own',
    { secret: 'the secret of another node, which is wrong' },
    /^fail nodes\.session: a session is refused on [1-7] of 8/,
  ],
])('names a node that has %s', async (_, over, expected) => {
  const [a, b] = [await mounted({}), await mounted({ world: over })]
  const { results } = await examinePlanted({ fault: { ports: [a.port, b.port] } })
  await Promise.all([a.close(), b.close()])
  expect(findings(results)).toEqual([expect.stringMatching(expected)])
})

const dated = (ms: number) => ({ date: new Date(Date.now() + ms).toUTCString() })

it('names nodes whose clocks differ', async () => {
  let count = 0
  const answerHeaders = (headers: object) => ({ ...headers, ...dated(count++ % 2 === 0 ? 0 : 90_000) })
  const { results } = await examinePlanted({ fault: { answerHeaders } })
  expect(findings(results)).toEqual([
    expect.stringMatching(/^fail nodes\.clock: the clocks of the nodes are (89|90|91) s apart/),
  ])
})

it.each([
  ['names', 600_000, /^fail nodes\.server-clock: .* (599|600|601) s ahead of the one of this machine/],
  ['names', -86_400_000, /^fail nodes\.server-clock: .* 864\d\d s behind/],
  ['warns of', 120_000, /^warn nodes\.server-clock: .* 1(19|20|21) s ahead/],
])('%s a clock that is off by %i ms', async (_, ms, expected) => {
  const { results } = await examinePlanted({
    fault: { answerHeaders: (headers) => ({ ...headers, ...dated(ms) }) },
  })
  expect(findings(results)).toEqual([expect.stringMatching(expected)])
})

/** Changes the list of tools on its way. */
const listing = (change: (tools: Record<string, unknown>[]) => unknown[]): Planted => ({
  fault: {
    answerBody(body) {
      const message = JSON.parse(body)
      if (!Array.isArray(message.result?.tools)) return body
      return JSON.stringify({
        ...message,
        result: { ...message.result, tools: change(message.result.tools) },
      })
    },
  },
})
const named = (name: string) => listing((tools) => [...tools, { ...tools[0], name }])
const withSchema = (inputSchema: unknown) =>
  listing((tools) => [...tools, { ...tools[0], name: 'odd', inputSchema }])

it.each<readonly [string, Planted, RegExp]>([
  [
    'names with dots',
    { world: { toolNames: 'canonical' } },
    /^fail tools\.names: \d+ names with other characters.*deals\.add/,
  ],
  ['a name of 65 characters', named('x'.repeat(65)), /^fail tools\.names: 1 names/],
  ['a name with a space', named('add deal'), /^fail tools\.names: 1 names.*add deal/],
  ['an empty name', named(''), /^fail tools\.names: 1 names/],
  [
    'names that differ in case only',
    named('DEALS_add'),
    /^fail tools\.names: names that differ in upper and lower case only.*deals_add, DEALS_add/,
  ],
  ['a name that comes twice', named('deals_add'), /^fail tools\.names: names that differ/],
  [
    'alternatives at the root of a schema',
    withSchema({ type: 'object', anyOf: [{ required: ['a'] }] }),
    /^fail tools\.schemas: odd has anyOf at its root/,
  ],
  [
    'a schema that is no object',
    withSchema({ type: 'array' }),
    /^fail tools\.schemas: odd has no type object/,
  ],
  ['no schema', withSchema(null), /^fail tools\.schemas: odd has no type object/],
  [
    'a schema that refers to another document',
    withSchema({ type: 'object', properties: { a: { $ref: 'https://x.test/s' } } }),
    /^fail tools\.schemas: odd refers to https:\/\/x\.test\/s/,
  ],
  [
    'more than 128 tools',
    listing((tools) => Array.from({ length: 129 }, (_, i) => ({ ...tools[0], name: `tool_${i}` }))),
    /^fail tools\.count: 129 tools/,
  ],
  ['no tools', listing(() => []), /^warn tools\.list: the list of tools is empty/],
  [
    'a list of tools that fails',
    { world: { adapt: ({ tools }) => ({ tools: { ...tools, list: down } }) } },
    /^fail tools\.list: tools\/list: /,
  ],
])('names %s', async (_, planted, expected) => {
  const { results } = await examinePlanted(planted)
  expect(findings(results)).toEqual([expect.stringMatching(expected)])
})

const limiter = (most: number): Planted['fault'] => {
  let count = 0
  return {
    instead(_, res) {
      count += 1
      if (count <= most) return false
      res
        .writeHead(429, { 'content-type': 'text/html', 'retry-after': '9', 'ratelimit-limit': most })
        .end('Too many requests, please try again later.')
      return true
    },
  }
}

it.each([0, 1, 3, 5, 10, 20, 30])(
  'names a limiter for each address that lets %i requests through',
  async (most) => {
    const { results } = await examinePlanted({ fault: limiter(most) ?? {} })
    expect(findings(results)).toEqual([
      expect.stringMatching(
        /^fail limits\.early: request \d+ was answered by something in front.*Too many requests.*\(limit \d+\)/,
      ),
    ])
    expect(results.find(({ id }) => id === 'limits.early')?.cure).toMatch(/trust proxy.*Wait 9 s/)
  },
)

it('warns of a limiter whose count others share', async () => {
  let left = 100_000
  const answerHeaders = (headers: object) => {
    left -= 7
    return { ...headers, 'ratelimit-remaining': String(left) }
  }
  const { results } = await examinePlanted({ fault: { answerHeaders } })
  expect(findings(results)).toEqual([
    expect.stringMatching(/^warn limits\.early: .* counted \d+ requests while \d+ were sent/),
  ])
})

it('warns of a limit of the endpoint itself that is used up', async () => {
  const { results } = await examinePlanted({ world: { rateLimit: { points: 10, seconds: 60 } } })
  expect(findings(results)).toEqual([
    expect.stringMatching(/^warn limits\.early: request \d+ was answered RATE_LIMITED/),
  ])
  expect(idsWith('skip', results)).toContain('tools.list')
})
