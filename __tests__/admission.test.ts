import { inspect } from 'node:util'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import {
  type Answered,
  type Ask,
  listen,
  PING,
  post,
  type Running,
  raw,
  rpc,
  toolCall,
} from './support/http.js'
import { createWorld, KEYS, type KeyName, type World } from './support/world.js'

let world: World
let running: Running

beforeAll(async () => {
  world = createWorld()
  running = await listen(world)
})
afterAll(() => running.close())

/** What two callers could compare: status, headers and body, but for what differs with every answer. */
function shape({ status, headers, text }: Answered): unknown {
  const compared = [...headers].filter(([name]) => name !== 'date')
  return { status, headers: compared, text }
}

describe('the key', () => {
  const refused: readonly [string, Ask][] = [
    ['none', { key: null }],
    ['an unknown one', { key: null, headers: { 'x-api-key': 'sk_test_unknown' } }],
    ['an expired one', { key: 'acmeExpired' }],
    ['a revoked one', { key: 'acmeRevoked' }],
    ['one of another workspace', { key: 'globex' }],
    ['a scheme other than Bearer', { key: null, headers: { authorization: `Basic ${KEYS.acme}` } }],
    ['a Bearer without a key', { key: null, headers: { authorization: 'Bearer ' } }],
    ['a Bearer with two words', { key: null, headers: { authorization: `Bearer ${KEYS.acme} x` } }],
    ['a workspace that does not exist', { workspaceId: 'ws_none' }],
  ]
  it.each(refused)('is refused with 401: %s', async (_, ask) => {
    const answer = await post(running, ask)
    expect(answer.status).toBe(401)
    expect(answer.json).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: 40101,
        message: expect.stringContaining('the key check refused'),
        data: { code: 'UNAUTHENTICATED' },
      },
    })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="allv"(, error="invalid_token")?$/)
    expect(answer.headers.get('www-authenticate')).not.toContain('resource_metadata')
  })

  it('gives one answer to unknown, expired, revoked and foreign keys', async () => {
    const unknown = shape(await post(running, { key: null, headers: { 'x-api-key': 'sk_test_unknown' } }))
    for (const key of ['acmeExpired', 'acmeRevoked', 'globex'] as const) {
      expect(shape(await post(running, { key }))).toEqual(unknown)
    }
    expect(shape(await post(running, { workspaceId: 'ws_none' }))).toEqual(unknown)
  })

  it('says invalid_token only to a caller who sent one', async () => {
    expect((await post(running, { key: null })).headers.get('www-authenticate')).toBe('Bearer realm="allv"')
    expect((await post(running, { key: 'globex' })).headers.get('www-authenticate')).toBe(
      'Bearer realm="allv", error="invalid_token"',
    )
  })

  it('is accepted from either header, or from both when they agree', async () => {
    const bearer = { authorization: `bearer ${KEYS.acme}` }
    expect((await post(running, { key: null, headers: bearer })).status).toBe(200)
    expect((await post(running, { headers: bearer })).status).toBe(200)
    expect((await post(running, {})).status).toBe(200)
  })

  it('is refused with 400 when two headers hold different ones', async () => {
    const answer = await post(running, { headers: { authorization: `Bearer ${KEYS.globex}` } })
    expect(answer.status).toBe(400)
    expect(answer.json.error?.data).toEqual({ code: 'CREDENTIALS_AMBIGUOUS' })
  })

  it('does not count in the query string, even if valid', async () => {
    const response = await fetch(`${running.endpoint()}?api_key=${KEYS.acme}&x-api-key=${KEYS.acme}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-allv-user-email': 'maria@acme.test' },
      body: JSON.stringify(PING),
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="allv"')
  })

  it('is refused when its header is repeated, and so is a member header', async () => {
    const send = (lines: readonly string[]) =>
      raw(
        running,
        [
          'POST /api/workspaces/ws_acme/mcp HTTP/1.1',
          'host: x',
          'connection: close',
          'content-type: application/json',
          'content-length: 2',
          ...lines,
          '',
          '{}',
        ].join('\r\n'),
      )
    const key = `x-api-key: ${KEYS.acme}`
    const member = 'x-allv-user-email: maria@acme.test'
    expect(await send([key, key, member])).toMatch(/^HTTP\/1.1 400 [\s\S]*CREDENTIALS_AMBIGUOUS/)
    expect(
      await send([`Authorization: Bearer ${KEYS.acme}`, `authorization: Bearer ${KEYS.globex}`, member]),
    ).toMatch(/^HTTP\/1.1 400 [\s\S]*CREDENTIALS_AMBIGUOUS/)
    expect(await send([key, member, 'X-Allv-User-Email: omar@acme.test'])).toMatch(
      /^HTTP\/1.1 400 [\s\S]*MEMBER_AMBIGUOUS/,
    )
    expect(await send([key, 'x-allv-user-id: mem_maria', 'x-allv-user-id: mem_maria'])).toMatch(
      /^HTTP\/1.1 400 [\s\S]*MEMBER_AMBIGUOUS/,
    )
  })

  it('is refused from the next request on when it is revoked', async () => {
    const own = createWorld()
    const server = await listen(own)
    expect((await post(server, {})).status).toBe(200)
    own.adapters.apiKeys.revoke('key_acme')
    expect((await post(server, {})).status).toBe(401)
    await server.close()
  })
})

describe('the member', () => {
  const cases: readonly [string, KeyName, Readonly<Record<string, string>>, number, string | null][] = [
    ['by email', 'acme', { 'x-allv-user-email': 'Maria@ACME.test' }, 200, null],
    ['by id', 'acme', { 'x-allv-user-id': 'mem_maria' }, 200, null],
    [
      'by both, when they agree',
      'acme',
      { 'x-allv-user-id': 'mem_maria', 'x-allv-user-email': 'maria@acme.test' },
      200,
      null,
    ],
    ['by a key that is bound to one', 'acmeBound', {}, 200, null],
    ['by nothing', 'acme', {}, 400, 'MEMBER_REQUIRED'],
    ['by an empty header', 'acme', { 'x-allv-user-id': '' }, 400, 'MEMBER_REQUIRED'],
    ['by a key that is bound to several', 'acmeListed', {}, 400, 'MEMBER_REQUIRED'],
    [
      'by id and email of two members',
      'acme',
      { 'x-allv-user-id': 'mem_maria', 'x-allv-user-email': 'omar@acme.test' },
      400,
      'MEMBER_AMBIGUOUS',
    ],
    ['by an unknown email', 'acme', { 'x-allv-user-email': 'nobody@acme.test' }, 400, 'MEMBER_NOT_ALLOWED'],
    ['by the id of an inactive one', 'acme', { 'x-allv-user-id': 'mem_ivan' }, 400, 'MEMBER_NOT_ALLOWED'],
    ['by one outside of the grant', 'acmeListed', { 'x-allv-user-id': 'mem_ada' }, 400, 'MEMBER_NOT_ALLOWED'],
    [
      'by another than the bound one',
      'acmeBound',
      { 'x-allv-user-id': 'mem_omar' },
      400,
      'MEMBER_NOT_ALLOWED',
    ],
    [
      'by one of another workspace',
      'acme',
      { 'x-allv-user-email': 'lin@globex.test' },
      400,
      'MEMBER_NOT_ALLOWED',
    ],
    [
      'by id and an email that nobody has',
      'acme',
      { 'x-allv-user-id': 'mem_maria', 'x-allv-user-email': 'no@acme.test' },
      400,
      'MEMBER_NOT_ALLOWED',
    ],
  ]
  it.each(cases)('is selected %s', async (_, key, headers, status, code) => {
    const answer = await post(running, { key, member: null, headers })
    expect(answer.status).toBe(status)
    expect(answer.json.error?.data['code'] ?? null).toBe(code)
    expect(answer.json.id).toBe(1)
  })

  it('gives one answer to unknown, inactive and not granted', async () => {
    const ask = (id: string) =>
      post(running, { key: 'acmeListed', member: null, headers: { 'x-allv-user-id': id } })
    const unknown = shape(await ask('mem_nobody'))
    for (const id of ['mem_ivan', 'mem_ada', 'mem_lin']) expect(shape(await ask(id))).toEqual(unknown)
  })
})

it('refuses a workspace by its feature flag, and tells callers without a key nothing', async () => {
  const own = createWorld({ featureFlag: 'mcp_beta' })
  own.adapters.features.set('mcp_beta', 'ws_acme', false)
  const server = await listen(own)
  const answer = await post(server, {})
  expect(answer.status).toBe(403)
  expect(answer.json.error?.data).toEqual({ code: 'FEATURE_DISABLED' })
  expect((await post(server, { key: null })).status).toBe(401)
  expect(
    (await post(server, { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' })).status,
  ).toBe(200)
  await server.close()
})

describe('the rate limit', () => {
  it('counts for each key and member, and says when to retry', async () => {
    const own = createWorld({ rateLimit: { points: 3, seconds: 60 } })
    const server = await listen(own)
    for (let i = 0; i < 3; i += 1) expect((await post(server, {})).status).toBe(200)
    const answer = await post(server, {})
    expect(answer.status).toBe(429)
    expect(answer.json).toMatchObject({ id: 1, error: { data: { code: 'RATE_LIMITED' } } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.headers.get('ratelimit-limit')).toBe('3')
    expect(answer.headers.get('ratelimit-remaining')).toBe('0')
    expect((await post(server, { member: 'omar@acme.test' })).status).toBe(200)
    expect((await post(server, { key: 'acmeReader' })).status).toBe(200)
    await server.close()
  })

  it('counts every message of a batch, and refused member look-ups', async () => {
    const own = createWorld({ rateLimit: { points: 3, seconds: 60 } })
    const server = await listen(own)
    const batch = [1, 2, 3, 4].map((id) => rpc('ping', {}, id))
    expect((await post(server, { body: batch })).status).toBe(429)
    for (let i = 0; i < 3; i += 1)
      expect((await post(server, { member: `nobody${i}@acme.test` })).status).toBe(400)
    expect((await post(server, { member: 'nobody4@acme.test' })).status).toBe(429)
    await server.close()
  })

  it('uses the limiter of the host', async () => {
    const own = createWorld({ rateLimit: new RateLimiterMemory({ points: 1, duration: 60 }) })
    const server = await listen(own)
    expect((await post(server, {})).status).toBe(200)
    const answer = await post(server, {})
    expect([answer.status, answer.headers.get('ratelimit-limit')]).toEqual([429, '1'])
    await server.close()
  })

  it('refuses when the limiter is down', async () => {
    const own = createWorld({
      rateLimit: { points: 1, consume: async () => Promise.reject(new Error('redis://secret is down')) },
    })
    const server = await listen(own)
    const answer = await post(server, {})
    expect(answer.status).toBe(503)
    expect(answer.text).not.toContain('redis')
    await server.close()
  })
})

describe('the expiry of a key', () => {
  const [past, future] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)]
  const cases: readonly (readonly [string, object, number])[] = [
    ['a store that says it is over, whatever the dates say', { valid: false }, 401],
    ['a store that says it is over, in an overlap', { valid: false, revokedAt: future }, 401],
    ['a store that says it is good, though this clock says otherwise', { valid: true, expiresAt: past }, 200],
    ['a store that says it is good, though this clock says revoked', { valid: true, revokedAt: past }, 200],
    ['this clock, where the store says nothing: expired', { expiresAt: past }, 401],
    ['this clock, where the store says nothing: revoked', { revokedAt: past }, 401],
    ['this clock, where the store says nothing: an overlap', { revokedAt: future }, 200],
    ['this clock, where the store says undefined', { valid: undefined, expiresAt: past }, 401],
    ['this clock, where the store says null: expired', { valid: null, expiresAt: past }, 401],
    ['this clock, where the store says null: not yet', { valid: null, digest: null, expiresAt: future }, 200],
  ]
  it.each(cases)('is decided by %s', async (_, over, status) => {
    const own = createWorld({
      adapt: ({ apiKeys }) => ({
        apiKeys: {
          findByDigest: async (query) => {
            const found = await apiKeys.findByDigest(query)
            return found === null ? null : { ...found, ...over }
          },
        },
      }),
    })
    const server = await listen(own)
    expect((await post(server, {})).status).toBe(status)
    await server.close()
  })
})

describe('an adapter that is down', () => {
  const down = async () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1 password=hunter2'))
  const cases: readonly [string, NonNullable<Parameters<typeof createWorld>[0]>][] = [
    ['apiKeys', { adapt: () => ({ apiKeys: { findByDigest: down } }) }],
    ['members', { adapt: () => ({ members: { findById: down, findByEmail: down } }) }],
    ['features', { adapt: () => ({ features: { isEnabled: down } }) }],
    [
      'a hanging apiKeys',
      { adapterTimeoutMs: 40, adapt: () => ({ apiKeys: { findByDigest: () => new Promise(() => {}) } }) },
    ],
    [
      'an apiKeys whose digest is no text',
      {
        adapt: ({ apiKeys }) => ({
          apiKeys: {
            findByDigest: async (query) => ({ ...(await apiKeys.findByDigest(query)), digest: 5 }) as never,
          },
        }),
      },
    ],
    [
      'a lying apiKeys',
      {
        adapt: ({ apiKeys }) => ({
          apiKeys: {
            findByDigest: async (query) =>
              ({ ...(await apiKeys.findByDigest(query)), expiresAt: '2099-01-01' }) as never,
          },
        }),
      },
    ],
  ]
  it.each(cases)('answers 503 with a correlation id, and never a bad key: %s', async (_, options) => {
    const own = createWorld(options)
    const server = await listen(own)
    const answer = await post(server, {})
    expect(answer.status).toBe(503)
    expect(answer.json.id).toBe(1)
    expect(answer.json.error?.data).toEqual({
      code: 'UNAVAILABLE',
      correlationId: expect.stringMatching(/^req_/),
    })
    expect(answer.text).not.toMatch(/hunter2|ECONN|stack/)
    expect(own.failures[0]).toMatchObject({
      code: 'UNAVAILABLE',
      correlationId: answer.json.error?.data['correlationId'],
    })
    await server.close()
  })

  it('refuses when it gives undefined, or a key with another digest', async () => {
    for (const found of [undefined, { digest: 'f'.repeat(64) }]) {
      const own = createWorld({
        adapt: ({ apiKeys }) => ({
          apiKeys: {
            findByDigest: async (query) =>
              (found === undefined
                ? undefined
                : { ...(await apiKeys.findByDigest(query)), ...found }) as never,
          },
        }),
      })
      const server = await listen(own)
      expect((await post(server, {})).status).toBe(401)
      await server.close()
    }
  })
})

it('passes the raw key to no adapter, report, run or audit event', async () => {
  const seen: unknown[] = []
  const spy = <T extends object>(adapter: T): T =>
    new Proxy(adapter, {
      get(target, name, receiver) {
        const value = Reflect.get(target, name, receiver)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          seen.push(args)
          return Reflect.apply(value, target, args)
        }
      },
    })
  const own = createWorld({
    adapt: (adapters) =>
      Object.fromEntries(Object.entries(adapters).map(([name, adapter]) => [name, spy(adapter)])),
  })
  const server = await listen(own)
  await post(server, { body: toolCall('deals.add', { a: 1, b: 2 }) })
  await post(server, { body: toolCall('throws') })
  await post(server, { key: 'globex' })
  await server.close()
  const everything = inspect([seen, own.failures, own.adapters.runs.all(), own.adapters.audit.events], {
    depth: 20,
  })
  expect(everything).toContain('deals.add')
  for (const key of Object.values(KEYS)) expect(everything).not.toMatch(new RegExp(`${key}\\b`))
})
